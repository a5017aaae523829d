/** Statuses of a request (one uploaded product file). docs/architecture.md draws the state diagrams. */
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
  // A retry reopens an ended request.
  completed: ['pending'],
  failed: ['pending'],
  cancelled: ['pending'],
};

const IMAGE_TRANSITIONS: Record<ImageStatus, readonly ImageStatus[]> = {
  // A duplicate gets the final status of the image that it repeats. It is never queued.
  pending: ['queued', 'processing', 'completed', 'failed', 'cancelled'],
  queued: ['pending', 'processing', 'completed', 'failed', 'cancelled'],
  processing: ['pending', 'completed', 'failed', 'cancelled'],
  // Only the repair of a lost file reopens it (artifact-repair.ts). Retries and cancellations do not.
  completed: [],
  // Retry of the request.
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

/** Returns the states from which `to` can be reached, for the WHERE clause of an UPDATE. */
const sources = <S extends string>(transitions: Record<S, readonly S[]>, to: S): S[] =>
  (Object.keys(transitions) as S[]).filter((from) => transitions[from].includes(to));

export const requestStatusesBefore = (to: RequestStatus) => sources(REQUEST_TRANSITIONS, to);
export const imageStatusesBefore = (to: ImageStatus) => sources(IMAGE_TRANSITIONS, to);
export const deliveryStatusesBefore = (to: DeliveryStatus) => sources(DELIVERY_TRANSITIONS, to);

export const isFinal = (status: ImageStatus | RequestStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** Returns `'a', 'b'` for `status IN (…)` in an SQL statement. */
export const sqlList = (statuses: readonly string[]): string =>
  statuses.map((status) => `'${status}'`).join(', ');
