import { unnest } from './unnest.js';

/** An image that becomes pending again. */
export interface Postponed {
  id: string;
  lease: string;
  /** Milliseconds from now. */
  delayMs: number;
  /** False when the fault is this server's. The attempt is then not counted. */
  counted: boolean;
}

const POSTPONED = unnest({ id: 'bigint', lease: 'uuid', delay_ms: 'int', counted: 'bool' });

/** Marks images as pending with a delay. Images whose lease was lost stay unchanged. */
export const POSTPONE_IMAGES = `
  UPDATE images SET status = 'pending', lease = NULL, lease_until = NULL,
         not_before = now() + make_interval(secs => p.delay_ms / 1000.0),
         attempts = attempts - CASE WHEN p.counted THEN 0 ELSE 1 END
  FROM ${POSTPONED.as('p')}
  WHERE images.id = p.id AND images.lease = p.lease AND images.status = 'processing'`;

export const toPostponeParameters = (postponed: readonly Postponed[]): unknown[][] =>
  POSTPONED.toArrays(
    postponed.map(({ delayMs, ...image }) => ({ ...image, delay_ms: Math.round(delayMs) })),
  );
