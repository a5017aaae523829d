import type { WaitingImagesRow } from '../../platform/database/statements/count-waiting-images.js';
import type { WaitingRequestRow } from '../../platform/database/statements/find-waiting-request.js';
import type { HostStateRow } from '../../platform/database/statements/list-origin-states.js';
import type { OpenWorkRow } from '../../platform/database/statements/sum-open-work.js';

/** The state of a waiting request and of the work ahead of it. */
export interface WaitingFacts {
  request: WaitingRequestRow;
  /** Its pending images by host, the first 10,000. */
  images: readonly WaitingImagesRow[];
  work: OpenWorkRow;
  /** Pauses of the origins of its images. */
  originPauses: readonly { name: string; reason: string; pausedBy: string }[];
  /** The states of its hosts in the running processes. */
  origins: readonly HostStateRow[];
  /** The running processes of all roles. */
  workers: readonly { role: string; hostname: string; storageError: string | null }[];
  /** Message of the error of Redis, if any. */
  redisFault: string | undefined;
  limits: { maxOpenRequests: number; maxOpenImages: number };
}

/** Codes of the reasons. Each may occur several times, for several hosts. */
export const WAITING_CODES = [
  'ended',
  'webhook_pending',
  'owner_paused',
  'origin_paused',
  'no_worker',
  'redis_unavailable',
  'storage_unavailable',
  'operation_running',
  'origin_down',
  'origin_limited',
  'retry_later',
  'in_progress',
  'behind_others',
  'behind_own',
  'quota_reached',
  'next_in_turn',
] as const;
export type WaitingCode = (typeof WAITING_CODES)[number];

export interface WaitingReason {
  code: WaitingCode;
  message: string;
}
