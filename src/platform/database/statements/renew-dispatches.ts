import { unnest } from './unnest.js';

/** An image whose job is in Redis. */
export interface EnqueuedImage {
  id: string;
  /** Dispatch number of the job. Only the latest one of an image is valid. */
  dispatch: number;
}

const ENQUEUED = unnest({ id: 'bigint', dispatch: 'int' });

/**
 * Postpones the next enqueue of queued images. $3: only of those that become due within this time, in
 * seconds. $4: seconds from now until they become due.
 */
export const RENEW_DISPATCHES = `
  WITH renewed AS (
    UPDATE images SET lease_until = now() + make_interval(secs => $4)
    WHERE id IN (
      SELECT image.id FROM images image
      JOIN ${ENQUEUED.as('e')} ON e.id = image.id AND e.dispatch = image.dispatches
      WHERE image.status = 'queued' AND image.lease_until < now() + make_interval(secs => $3)
      FOR NO KEY UPDATE OF image SKIP LOCKED)
    RETURNING id)
  SELECT count(*)::int AS count FROM renewed`;

export const enqueuedParameters = (enqueued: readonly EnqueuedImage[]): unknown[][] =>
  ENQUEUED.arraysOf([...enqueued]);
