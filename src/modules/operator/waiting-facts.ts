import type { WaitingImagesRow } from '../../platform/database/statements/count-waiting-images.js';
import type { WaitingRequestRow } from '../../platform/database/statements/find-waiting-request.js';
import type { HostStateRow } from '../../platform/database/statements/list-origin-states.js';
import type { OpenWorkRow } from '../../platform/database/statements/sum-open-work.js';

/** State of a waiting request and the work ahead of it. */
export interface WaitingFacts {
  request: WaitingRequestRow;
  /** Counts of the first 10,000 pending images of the request, by host. */
  images: readonly WaitingImagesRow[];
  work: OpenWorkRow;
  /** Pauses of origins. */
  originPauses: readonly { name: string; reason: string; pausedBy: string }[];
  /** States of the hosts in the running processes. */
  origins: readonly HostStateRow[];
  /** The running processes of all roles. */
  workers: readonly { role: string; hostname: string; storageError: string | null }[];
  /** Error message from Redis; undefined while Redis is available. */
  redisFault: string | undefined;
  limits: { maxOpenRequests: number; maxOpenImages: number };
}

/** Codes of waiting reasons. A code may occur several times, for different hosts. */
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
