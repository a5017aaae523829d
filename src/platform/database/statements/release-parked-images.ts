import type { DataSource } from 'typeorm';
import { buildMarkDue } from '../repositories/due-requests.js';
import { imageStatusesBefore, toSqlList } from '../states.js';
import { imageHostExpression } from './image-host.js';
import { IS_UNFINISHED_REQUEST } from './parked-condition.js';

/** Cursor of a pass over the parked images. */
export interface ParkedImageCursor {
  requestId: string;
  imageId: string;
}

export interface ReleasedBatch {
  /** Number of parked images that were read, across all origins. */
  readCount: number;
  /** Number of these images whose origin is resumed. */
  resumedCount: number;
  /** Number of released images. Other sessions have locked the remaining resumed images. */
  releasedCount: number;
  /** Position of the last image that was read; null if no images were read. */
  lastPosition: ParkedImageCursor | null;
  /** Start of the statement's transaction. */
  startedAt: Date;
}

/**
 * Reads up to $1 parked images after image $3 of request $2, and makes images of resumed origins due.
 * The waiting time of these images starts now. There may be millions of parked images of other origins, so each
 * statement reads only some of them. A nested loop, the only join for LATERAL, preserves the order of
 * the requests.
 *
 * The index `images_due` has the same order as the images. The row comparison finds the start position
 * in the index.
 */
const RELEASE_PARKED_IMAGES = `
  WITH read AS MATERIALIZED (
    SELECT image.* FROM (
      SELECT id FROM processing_requests
      WHERE ${IS_UNFINISHED_REQUEST} AND ($2::uuid IS NULL OR id >= $2) ORDER BY id
    ) request CROSS JOIN LATERAL (
      SELECT id, request_id, ${imageHostExpression('images')} AS host FROM images
      WHERE request_id = request.id AND status IN (${toSqlList(imageStatusesBefore('queued'))}) AND same_as IS NULL
        AND (not_before, id) > ('infinity', CASE WHEN request.id = $2 THEN $3::bigint ELSE 0 END)
      ORDER BY not_before, id LIMIT $1
    ) image
    LIMIT $1
  ), resumed AS MATERIALIZED (
    SELECT id FROM read WHERE host = ANY(ARRAY(
      SELECT name FROM dispatch_pauses WHERE kind = 'origin' AND resumed_at IS NOT NULL))
  ), released AS (
    UPDATE images SET not_before = now()
    WHERE id IN (
      SELECT id FROM images
      WHERE id = ANY(ARRAY(SELECT id FROM resumed)) AND not_before = 'infinity'
      FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING request_id, not_before
  ), marked AS (${buildMarkDue('released')})
  SELECT (SELECT count(*)::int FROM read) AS "readCount",
         (SELECT count(*)::int FROM resumed) AS "resumedCount",
         (SELECT count(*)::int FROM released) AS "releasedCount", now() AS "startedAt",
         (SELECT json_build_object('requestId', request_id, 'imageId', id::text)
          FROM read ORDER BY request_id DESC, id DESC LIMIT 1) AS "lastPosition"`;

export async function releaseParkedImages(
  db: DataSource,
  limit: number,
  cursor?: ParkedImageCursor,
): Promise<ReleasedBatch> {
  const parameters = [limit, cursor?.requestId ?? null, cursor?.imageId ?? null];
  const [batch] = await db.query<[ReleasedBatch]>(RELEASE_PARKED_IMAGES, parameters);
  return batch;
}
