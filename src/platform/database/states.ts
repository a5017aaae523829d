/** Statuses of a request (one uploaded product file). docs/architecture.md has the state diagrams. */
export const REQUEST_STATUSES = [
  'pending',
  'processing',
  'completed',
  'failed',
  'cancelled',
] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/** Statuses of an image (one input URL of one product). */
export const IMAGE_STATUSES = [
  'pending',
  'queued',
  'processing',
  'completed',
  'failed',
  'cancelled',
] as const;
export type ImageStatus = (typeof IMAGE_STATUSES)[number];

/** Statuses of a delivery (one webhook event to one URL). */
export const DELIVERY_STATUSES = [
  'pending',
  'delivering',
  'delivered',
  'failed',
  'disabled',
] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

const REQUEST_TRANSITIONS: Record<RequestStatus, readonly RequestStatus[]> = {
  pending: ['processing', 'completed', 'failed', 'cancelled'],
  processing: ['completed', 'failed', 'cancelled'],
  // A retry reopens a finished request.
  completed: ['pending'],
  failed: ['pending'],
  cancelled: ['pending'],
};

const IMAGE_TRANSITIONS: Record<ImageStatus, readonly ImageStatus[]> = {
  // A duplicate is never queued. It gets the final status of its first image.
  pending: ['queued', 'processing', 'completed', 'failed', 'cancelled'],
  queued: ['pending', 'processing', 'completed', 'failed', 'cancelled'],
  processing: ['pending', 'completed', 'failed', 'cancelled'],
  // Only the repair of a lost file reopens a completed image (artifact-repair.ts).
  completed: [],
  // A retry of the request reopens failed and canceled images.
  failed: ['pending'],
  cancelled: ['pending'],
};

const DELIVERY_TRANSITIONS: Record<DeliveryStatus, readonly DeliveryStatus[]> = {
  pending: ['delivering'],
  delivering: ['pending', 'delivered', 'failed', 'disabled'],
  // A resend restarts the same delivery.
  delivered: ['pending'],
  failed: ['pending'],
  disabled: ['pending'],
};

/** Returns the statuses that may change to `target`, for the WHERE clause of an UPDATE. */
const findStatusesBefore = <S extends string>(
  transitions: Record<S, readonly S[]>,
  target: S,
): S[] =>
  (Object.keys(transitions) as S[]).filter((status) => transitions[status].includes(target));

export const requestStatusesBefore = (target: RequestStatus) =>
  findStatusesBefore(REQUEST_TRANSITIONS, target);
export const imageStatusesBefore = (target: ImageStatus) =>
  findStatusesBefore(IMAGE_TRANSITIONS, target);
export const deliveryStatusesBefore = (target: DeliveryStatus) =>
  findStatusesBefore(DELIVERY_TRANSITIONS, target);

export const isFinal = (status: ImageStatus | RequestStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** Returns `'a', 'b'` for `status IN (…)` in an SQL statement. */
export const toSqlList = (statuses: readonly string[]): string =>
  statuses.map((status) => `'${status}'`).join(', ');
