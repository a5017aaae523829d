import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { markDue } from './due-requests.js';
import { isFinal, REQUEST_STATUSES, sqlList } from '../states.js';

/** Number of images that one repair has reopened. */
export interface RepairedImages {
  /** Number of images that are compressed again from their source URLs. */
  pending: number;
  /** Number of images of canceled requests. A retry of the request compresses them again. */
  cancelled: number;
}

/**
 * Statuses of requests that a repair reopens. A canceled request stays canceled. Its retry includes the
 * repaired images.
 */
const RESTARTED = sqlList(
  REQUEST_STATUSES.filter((status) => isFinal(status) && status !== 'cancelled'),
);

/**
 * Changes the images of one artifact and the counters of their requests. A reopened request keeps its
 * failed images and ends again with a new delivery (record-outcomes.ts).
 */
const MOVE = `
  WITH lost AS (
    SELECT id, request_id, bytes_in, bytes_out FROM images
    WHERE artifact_key = $1 AND status = 'completed' AND request_id = ANY($2::uuid[])
    FOR UPDATE
  ), moved AS (
    UPDATE images
    SET status = CASE WHEN request.status = 'cancelled' THEN 'cancelled' ELSE 'pending' END::image_status,
        attempts = 0, interruptions = 0, not_before = now(), artifact_key = NULL, format = NULL,
        width = NULL, height = NULL, bytes_in = NULL, bytes_out = NULL, kept_original = false,
        started_at = NULL, finished_at = CASE WHEN request.status = 'cancelled' THEN now() END
    FROM lost JOIN processing_requests request ON request.id = lost.request_id
    WHERE images.id = lost.id
    RETURNING images.request_id, images.not_before, images.status
  ), waiting AS (
    SELECT request_id, not_before FROM moved WHERE status = 'pending'
  ), marked AS (${markDue('waiting')}
  ), tally AS (
    SELECT request_id, count(*)::int AS images,
           coalesce(sum(bytes_in), 0) AS bytes_in, coalesce(sum(bytes_out), 0) AS bytes_out
    FROM lost GROUP BY request_id
  )
  UPDATE processing_requests r SET
    images_completed = r.images_completed - t.images,
    images_cancelled = r.images_cancelled + CASE r.status WHEN 'cancelled' THEN t.images ELSE 0 END,
    images_kept = CASE WHEN r.status IN (${RESTARTED}) THEN r.images_completed - t.images
                       ELSE least(r.images_kept, r.images_completed - t.images) END,
    bytes_in = r.bytes_in - t.bytes_in,
    bytes_out = r.bytes_out - t.bytes_out,
    status = CASE WHEN r.status IN (${RESTARTED}) THEN 'pending' ELSE r.status END,
    retried_at = CASE WHEN r.status IN (${RESTARTED}) THEN now() ELSE r.retried_at END,
    completed_at = CASE WHEN r.status IN (${RESTARTED}) THEN NULL ELSE r.completed_at END,
    expires_at = CASE WHEN r.status IN (${RESTARTED}) THEN NULL ELSE r.expires_at END
  FROM tally t WHERE r.id = t.request_id
  RETURNING r.status, t.images`;

/** Reopens completed images whose file is lost. No other code moves an image out of `completed`. */
@Injectable()
export class ArtifactRepairRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Marks the images of one artifact as pending. Garbage collection removes the rest of its file.
   * `isLost` runs under the locks, because another worker may have stored the file meanwhile.
   */
  repairArtifact(key: string, isLost: () => Promise<boolean>): Promise<RepairedImages> {
    return this.dataSource.transaction(async (db) => {
      // Same lock order as record-outcomes.ts: requests, artifacts, images.
      const requests = await lockRequests(db, key);
      await db.query('SELECT 1 FROM artifacts WHERE key = $1 FOR UPDATE', [key]);
      if (!(await isLost())) return { pending: 0, cancelled: 0 };

      const [moved] = await db.query<[{ status: string; images: number }[], number]>(MOVE, [
        key,
        requests,
      ]);
      await db.query(
        `UPDATE artifacts SET sweep_after = now() WHERE key = $1 AND sweep_after IS NULL
           AND NOT EXISTS (SELECT 1 FROM images WHERE artifact_key = $1)`,
        [key],
      );
      const count = (isCounted: (status: string) => boolean) =>
        moved.reduce((sum, { status, images }) => sum + (isCounted(status) ? images : 0), 0);
      return {
        pending: count((status) => status !== 'cancelled'),
        cancelled: count((status) => status === 'cancelled'),
      };
    });
  }
}

async function lockRequests(db: EntityManager, key: string): Promise<string[]> {
  const rows = await db.query<{ id: string }[]>(
    `SELECT id FROM processing_requests
     WHERE id IN (SELECT request_id FROM images WHERE artifact_key = $1 AND status = 'completed')
     ORDER BY id FOR UPDATE`,
    [key],
  );
  return rows.map(({ id }) => id);
}
