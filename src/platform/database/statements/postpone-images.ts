import { unnest } from './unnest.js';

/** An image that becomes pending again after a delay. */
export interface PostponedImage {
  id: string;
  lease: string;
  delayMs: number;
  /** False if the attempt failed because of this server, and must not count. */
  isCounted: boolean;
}

const POSTPONED = unnest({ id: 'bigint', lease: 'uuid', delay_ms: 'int', counted: 'bool' });

/** Marks images as pending with a delay. Images whose lease was lost remain unchanged. */
export const POSTPONE_IMAGES = `
  UPDATE images SET status = 'pending', lease = NULL, lease_until = NULL,
         not_before = now() + make_interval(secs => p.delay_ms / 1000.0),
         attempts = attempts - CASE WHEN p.counted THEN 0 ELSE 1 END
  FROM ${POSTPONED.toFromItem('p')}
  WHERE images.id = p.id AND images.lease = p.lease AND images.status = 'processing'`;

export const toPostponeParameters = (images: readonly PostponedImage[]): unknown[][] =>
  POSTPONED.toArrays(
    images.map(({ id, lease, delayMs, isCounted }) => ({
      id,
      lease,
      delay_ms: Math.round(delayMs),
      counted: isCounted,
    })),
  );
