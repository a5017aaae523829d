import { requestStatusesBefore, toSqlList } from '../states.js';

/** Unfinished work of one owner. */
export interface OwnerQueueRow {
  owner: string;
  requests: number;
  /** Number of unfinished images. */
  images: string;
  in_progress: number;
  /** Time of the upload or last retry of the oldest unfinished request. */
  oldest: Date;
  /** `oldest` with microseconds, for the cursor. */
  oldest_text: string;
}

/**
 * Returns up to $1 owners with unfinished requests, ordered by their oldest request. $2 and $3 are the time and
 * the owner of the last row on the previous page; null for the first page. Reads only the rows of unfinished
 * requests and leased images.
 */
export const LIST_OWNER_QUEUES = `
  WITH queue AS MATERIALIZED (
    SELECT owner, count(*)::int AS requests, min(coalesce(retried_at, created_at)) AS oldest,
           sum(images_total - images_completed - images_failed - images_cancelled) AS images
    FROM processing_requests
    WHERE status IN (${toSqlList(requestStatusesBefore('completed'))})
    GROUP BY owner
  ), page AS MATERIALIZED (
    SELECT * FROM queue
    WHERE $2::timestamptz IS NULL OR (oldest, owner) > ($2::timestamptz, $3::text)
    ORDER BY oldest, owner LIMIT $1
  ), busy AS MATERIALIZED (
    SELECT request.owner, count(*)::int AS images
    FROM (SELECT request_id FROM images WHERE status = 'processing') running
    JOIN processing_requests request ON request.id = running.request_id
    GROUP BY request.owner
  )
  SELECT page.owner, page.requests, page.images, coalesce(busy.images, 0) AS in_progress, page.oldest,
         page.oldest::text AS oldest_text
  FROM page LEFT JOIN busy ON busy.owner = page.owner
  ORDER BY page.oldest, page.owner`;
