import type { EntityManager } from 'typeorm';
import { ProcessingRequest } from '../entities/processing-request.entity.js';
import { isFinal } from '../states.js';

/** Locks the row of a request. Acquire this lock before locks on artifacts and images (record-outcomes.ts). */
export function lockRequest(db: EntityManager, id: string): Promise<ProcessingRequest | null> {
  return db.findOne(ProcessingRequest, { where: { id }, lock: { mode: 'pessimistic_write' } });
}

/**
 * Returns true if a bulk operation of the request is unfinished. Call it after `lockRequest`, because a
 * statement that waits for the lock itself still reads the earlier state.
 */
export async function isBulkOperationPending(db: EntityManager, id: string): Promise<boolean> {
  const rows: unknown[] = await db.query('SELECT 1 FROM request_sweeps WHERE request_id = $1', [
    id,
  ]);
  return rows.length > 0;
}

/**
 * Counts `imageCount` failed images as unfinished. A finished request becomes pending and finishes again with a
 * new delivery. Its other failed and canceled images remain counted.
 */
export async function restartRequest(
  db: EntityManager,
  { id, status }: ProcessingRequest,
  imageCount: number,
): Promise<void> {
  const reopenAssignments = `status = 'pending', retried_at = now(), images_kept = images_completed,
       completed_at = NULL, expires_at = NULL,`;
  await db.query(
    `UPDATE processing_requests
     SET ${isFinal(status) ? reopenAssignments : ''} images_failed = images_failed - $2
     WHERE id = $1`,
    [id, imageCount],
  );
}
