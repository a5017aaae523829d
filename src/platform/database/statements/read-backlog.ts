import type { DataSource } from 'typeorm';
import { imageStatusesBefore, requestStatusesBefore, toSqlList } from '../states.js';
import { IS_PARKED } from './parked.js';

/** Work that has not ended. Ages are in seconds; null when nothing waits. */
export interface Backlog {
  openRequests: number;
  /** Without paused images. */
  openImages: number;
  /** Images that wait because an operator paused their origin or owner. */
  pausedImages: number;
  queuedImages: number;
  processingImages: number;
  oldestWaitingImage: number | null;
  oldestUntouchedRequest: number | null;
  openDeliveries: number;
  oldestDueDelivery: number | null;
}

/** Number of requests in which the oldest waiting image and request are searched. Bounds the statement. */
const SEARCHED_REQUESTS = 100;

/** Unpaused requests with images to claim, the oldest first. */
const SEARCHED = (condition: string): string => `
  SELECT id, since FROM open_request WHERE images > paused AND ${condition}
  ORDER BY id LIMIT ${SEARCHED_REQUESTS}`;

const PENDING = `status IN (${toSqlList(imageStatusesBefore('queued'))}) AND same_as IS NULL`;

/**
 * Reads indexes of open work only: `processing_requests_open`, `images_leased`, `images_due` and
 * `webhook_deliveries_due`. Ended requests and images cost nothing, and pauses cost nothing while there are
 * none.
 *
 * Paused images are not open work. Images of a resumed owner wait since the end of the pause. All images
 * of a request are paused when those to claim are parked: the others are duplicates, which end with them.
 */
const READ_BACKLOG = `
  WITH found AS (
    SELECT request.id, request.status, greatest(request.created_at, retried_at, pause.resumed_at) AS since,
           images_total - images_completed - images_failed - images_cancelled AS images,
           pause.name IS NOT NULL AND pause.resumed_at IS NULL AS is_paused
    FROM processing_requests request
    LEFT JOIN dispatch_pauses pause ON pause.kind = 'owner' AND pause.name = request.owner
    WHERE request.status IN (${toSqlList(requestStatusesBefore('completed'))})
  ), open_request AS (
    SELECT found.*, CASE WHEN is_paused THEN images
      WHEN EXISTS (SELECT 1 FROM dispatch_pauses WHERE kind = 'origin') THEN (
        SELECT CASE WHEN count(*) = 0 THEN 0
          WHEN EXISTS (SELECT 1 FROM images
                       WHERE request_id = found.id AND ${PENDING} AND not_before < 'infinity') THEN count(*)
          ELSE images END
        FROM images parked WHERE request_id = found.id AND ${IS_PARKED})
      ELSE 0 END AS paused
    FROM found
  ), dispatched AS (
    SELECT status, request_id, not_before FROM images WHERE status IN ('queued', 'processing')
  ), waiting AS (
    SELECT greatest(oldest.since, image.not_before) AS since
    FROM (${SEARCHED('true')}) oldest
    CROSS JOIN LATERAL (
      SELECT not_before FROM images
      WHERE request_id = oldest.id AND ${PENDING} AND not_before <= now()
      ORDER BY not_before LIMIT 1
    ) image
    UNION ALL
    SELECT greatest(open_request.since, dispatched.not_before)
    FROM dispatched JOIN open_request ON open_request.id = dispatched.request_id
    WHERE dispatched.status = 'queued'
  ), untouched AS (
    SELECT greatest(since, (SELECT not_before FROM images
                            WHERE request_id = oldest.id AND ${PENDING} AND not_before <= now()
                            ORDER BY not_before LIMIT 1)) AS since
    FROM (${SEARCHED(`status = 'pending'`)}) oldest
  ), delivery AS (
    SELECT status, not_before FROM webhook_deliveries WHERE status IN ('pending', 'delivering')
  )
  SELECT (SELECT count(*)::int FROM open_request) AS "openRequests",
         (SELECT coalesce(sum(images - paused), 0)::float8 FROM open_request) AS "openImages",
         (SELECT coalesce(sum(paused), 0)::float8 FROM open_request) AS "pausedImages",
         (SELECT count(*)::int FROM dispatched WHERE status = 'queued') AS "queuedImages",
         (SELECT count(*)::int FROM dispatched WHERE status = 'processing') AS "processingImages",
         (SELECT extract(epoch FROM now() - min(since))::float8 FROM waiting) AS "oldestWaitingImage",
         (SELECT extract(epoch FROM now() - min(since))::float8 FROM untouched) AS "oldestUntouchedRequest",
         (SELECT count(*)::int FROM delivery) AS "openDeliveries",
         (SELECT extract(epoch FROM now() - min(not_before))::float8 FROM delivery
          WHERE not_before <= now()) AS "oldestDueDelivery"`;

export async function readBacklog(dataSource: DataSource): Promise<Backlog> {
  const [backlog] = await dataSource.query<Backlog[]>(READ_BACKLOG);
  return backlog;
}
