import type { DataSource } from 'typeorm';
import { imageStatusesBefore, requestStatusesBefore, sqlList } from '../states.js';

/** Work that has not ended. Ages are in seconds; null when nothing waits. */
export interface Backlog {
  openRequests: number;
  openImages: number;
  queuedImages: number;
  processingImages: number;
  oldestWaitingImage: number | null;
  oldestUntouchedRequest: number | null;
  openDeliveries: number;
  oldestDueDelivery: number | null;
}

/** Number of requests in which the oldest waiting image is searched. Bounds the statement. */
const SEARCHED_REQUESTS = 100;

/**
 * Reads indexes of open work only: `processing_requests_open`, `images_leased`, `images_due` and
 * `webhook_deliveries_due`. Ended requests and images cost nothing.
 */
const READ_BACKLOG = `
  WITH open_request AS (
    SELECT id, status, greatest(created_at, retried_at) AS since,
           images_total - images_completed - images_failed - images_cancelled AS images
    FROM processing_requests WHERE status IN (${sqlList(requestStatusesBefore('completed'))})
  ), dispatched AS (
    SELECT status, request_id, not_before FROM images WHERE status IN ('queued', 'processing')
  ), waiting AS (
    SELECT greatest(oldest.since, image.not_before) AS since
    FROM (SELECT id, since FROM open_request ORDER BY id LIMIT ${SEARCHED_REQUESTS}) oldest
    CROSS JOIN LATERAL (
      SELECT not_before FROM images
      WHERE request_id = oldest.id AND status IN (${sqlList(imageStatusesBefore('queued'))})
        AND same_as IS NULL AND not_before <= now()
      ORDER BY not_before LIMIT 1
    ) image
    UNION ALL
    SELECT greatest(open_request.since, dispatched.not_before)
    FROM dispatched JOIN open_request ON open_request.id = dispatched.request_id
    WHERE dispatched.status = 'queued'
  ), delivery AS (
    SELECT status, not_before FROM webhook_deliveries WHERE status IN ('pending', 'delivering')
  )
  SELECT (SELECT count(*)::int FROM open_request) AS "openRequests",
         (SELECT coalesce(sum(images), 0)::float8 FROM open_request) AS "openImages",
         (SELECT count(*)::int FROM dispatched WHERE status = 'queued') AS "queuedImages",
         (SELECT count(*)::int FROM dispatched WHERE status = 'processing') AS "processingImages",
         (SELECT extract(epoch FROM now() - min(since))::float8 FROM waiting) AS "oldestWaitingImage",
         (SELECT extract(epoch FROM now() - min(since))::float8 FROM open_request
          WHERE status = 'pending' AND images > 0) AS "oldestUntouchedRequest",
         (SELECT count(*)::int FROM delivery) AS "openDeliveries",
         (SELECT extract(epoch FROM now() - min(not_before))::float8 FROM delivery
          WHERE not_before <= now()) AS "oldestDueDelivery"`;

export async function readBacklog(dataSource: DataSource): Promise<Backlog> {
  const [backlog] = await dataSource.query<Backlog[]>(READ_BACKLOG);
  return backlog;
}
