import type { DataSource } from 'typeorm';
import { markDue } from '../repositories/due-requests.js';
import { imageStatusesBefore, toSqlList } from '../states.js';
import { hostOfImage } from './host-of-image.js';
import { IS_OPEN_REQUEST } from './parked.js';

/** Position of an image in a pass over the parked images. */
export interface ParkedPosition {
  requestId: string;
  imageId: string;
}

export interface ReleasedBatch {
  /** Parked images that were read, of all origins. */
  read: number;
  /** Parked images of resumed origins. */
  found: number;
  /** Images that are due now. Another session has locked the rest. */
  released: number;
  /** The last image that was read; null if none was. */
  last: ParkedPosition | null;
  /** Time of the statement. */
  at: Date;
}

/**
 * Reads up to $1 parked images behind image $3 of request $2, and makes those of resumed origins
 * due. Their waiting time begins now. Parked images of other origins can be millions, so a
 * statement reads a part of them. Requests come in the order of the nested loop, the only join for
 * LATERAL.
 *
 * The index `images_due` has the order of the images. The comparison of rows finds their start in
 * it.
 */
const RELEASE_PARKED_IMAGES = `
  WITH read AS MATERIALIZED (
    SELECT image.* FROM (
      SELECT id FROM processing_requests
      WHERE ${IS_OPEN_REQUEST} AND ($2::uuid IS NULL OR id >= $2) ORDER BY id
    ) request CROSS JOIN LATERAL (
      SELECT id, request_id, ${hostOfImage('images')} AS host FROM images
      WHERE request_id = request.id AND status IN (${toSqlList(imageStatusesBefore('queued'))}) AND same_as IS NULL
        AND (not_before, id) > ('infinity', CASE WHEN request.id = $2 THEN $3::bigint ELSE 0 END)
      ORDER BY not_before, id LIMIT $1
    ) image
    LIMIT $1
  ), found AS MATERIALIZED (
    SELECT id FROM read WHERE host = ANY(ARRAY(
      SELECT name FROM dispatch_pauses WHERE kind = 'origin' AND resumed_at IS NOT NULL))
  ), released AS (
    UPDATE images SET not_before = now()
    WHERE id IN (
      SELECT id FROM images
      WHERE id = ANY(ARRAY(SELECT id FROM found)) AND not_before = 'infinity'
      FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING request_id, not_before
  ), marked AS (${markDue('released')})
  SELECT (SELECT count(*)::int FROM read) AS read, (SELECT count(*)::int FROM found) AS found,
         (SELECT count(*)::int FROM released) AS released, now() AS at,
         (SELECT json_build_object('requestId', request_id, 'imageId', id::text)
          FROM read ORDER BY request_id DESC, id DESC LIMIT 1) AS last`;

export async function releaseParkedImages(
  db: DataSource,
  limit: number,
  after?: ParkedPosition,
): Promise<ReleasedBatch> {
  const parameters = [limit, after?.requestId ?? null, after?.imageId ?? null];
  const [batch] = await db.query<[ReleasedBatch]>(RELEASE_PARKED_IMAGES, parameters);
  return batch;
}
