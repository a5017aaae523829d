import type { EntityManager } from 'typeorm';
import { ProcessingRequest } from '../entities/processing-request.entity.js';
import { isFinal } from '../states.js';

/** Locks the row of a request. This lock precedes the locks of artifacts and images (record-outcomes.ts). */
export function lockRequest(db: EntityManager, id: string): Promise<ProcessingRequest | null> {
  return db.findOne(ProcessingRequest, { where: { id }, lock: { mode: 'pessimistic_write' } });
}

/**
 * Returns true if a bulk operation of the request is incomplete. Must be a statement after the lock: a
 * statement that waited for the lock reads the state before it.
 */
export async function isBulkOperationPending(db: EntityManager, id: string): Promise<boolean> {
  const rows: unknown[] = await db.query('SELECT 1 FROM request_sweeps WHERE request_id = $1', [
    id,
  ]);
  return rows.length > 0;
}

/**
 * Counts retried failed images as open. An ended request becomes pending and ends again with a new
 * delivery. Its other failed and canceled images stay counted.
 */
export async function restartRequest(
  db: EntityManager,
  { id, status }: ProcessingRequest,
  images: number,
): Promise<void> {
  const begin = `status = 'pending', retried_at = now(), images_kept = images_completed,
       completed_at = NULL, expires_at = NULL,`;
  await db.query(
    `UPDATE processing_requests
     SET ${isFinal(status) ? begin : ''} images_failed = images_failed - $2
     WHERE id = $1`,
    [id, images],
  );
}
