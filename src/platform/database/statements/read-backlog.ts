import type { DataSource } from 'typeorm';
import { imageStatusesBefore, requestStatusesBefore, toSqlList } from '../states.js';
import { IS_PARKED } from './parked-condition.js';

/** Unfinished work. An age is null if no such work is waiting. */
export interface Backlog {
  openRequests: number;
  /** Number of unfinished images, excluding paused images. */
  openImages: number;
  /** Number of images that are waiting because an operator paused their origin or owner. */
  pausedImages: number;
  queuedImages: number;
  processingImages: number;
  oldestWaitingImageSeconds: number | null;
  oldestUntouchedRequestSeconds: number | null;
  openDeliveries: number;
  oldestDueDeliverySeconds: number | null;
}

/** Maximum number of requests that are searched for the oldest waiting image and request. */
const MAX_SEARCHED_REQUESTS = 100;

/** Selects requests with unpaused images, oldest first. */
const selectOldestRequests = (condition: string): string => `
  SELECT id, since FROM open_request WHERE images > paused AND ${condition}
  ORDER BY id LIMIT ${MAX_SEARCHED_REQUESTS}`;

const IS_PENDING = `status IN (${toSqlList(imageStatusesBefore('queued'))}) AND same_as IS NULL`;

/**
 * Reads only indexes of unfinished work: `processing_requests_open`, `images_leased`, `images_due` and
 * `webhook_deliveries_due`. Does not read finished requests and images.
 *
 * Paused images do not count as open. For images of a resumed owner, the waiting time starts at the end of
 * the pause. If all claimable images of a request are parked, its other images also count as paused, because
 * they are duplicates.
 */
const READ_BACKLOG = `
  WITH unfinished AS (
    SELECT request.id, request.status, greatest(request.created_at, retried_at, pause.resumed_at) AS since,
           images_total - images_completed - images_failed - images_cancelled AS images,
           pause.name IS NOT NULL AND pause.resumed_at IS NULL AS is_paused
    FROM processing_requests request
    LEFT JOIN dispatch_pauses pause ON pause.kind = 'owner' AND pause.name = request.owner
    WHERE request.status IN (${toSqlList(requestStatusesBefore('completed'))})
  ), open_request AS (
    SELECT unfinished.*, CASE WHEN is_paused THEN images
      WHEN EXISTS (SELECT 1 FROM dispatch_pauses WHERE kind = 'origin') THEN (
        SELECT CASE WHEN count(*) = 0 THEN 0
          WHEN EXISTS (SELECT 1 FROM images
                       WHERE request_id = unfinished.id AND ${IS_PENDING} AND not_before < 'infinity') THEN count(*)
          ELSE images END
        FROM images parked WHERE request_id = unfinished.id AND ${IS_PARKED})
      ELSE 0 END AS paused
    FROM unfinished
  ), dispatched AS (
    SELECT status, request_id, not_before FROM images WHERE status IN ('queued', 'processing')
  ), waiting AS (
    SELECT greatest(oldest.since, image.not_before) AS since
    FROM (${selectOldestRequests('true')}) oldest
    CROSS JOIN LATERAL (
      SELECT not_before FROM images
      WHERE request_id = oldest.id AND ${IS_PENDING} AND not_before <= now()
      ORDER BY not_before LIMIT 1
    ) image
    UNION ALL
    SELECT greatest(open_request.since, dispatched.not_before)
    FROM dispatched JOIN open_request ON open_request.id = dispatched.request_id
    WHERE dispatched.status = 'queued'
  ), untouched AS (
    SELECT greatest(since, (SELECT not_before FROM images
                            WHERE request_id = oldest.id AND ${IS_PENDING} AND not_before <= now()
                            ORDER BY not_before LIMIT 1)) AS since
    FROM (${selectOldestRequests(`status = 'pending'`)}) oldest
  ), delivery AS (
    SELECT status, not_before FROM webhook_deliveries WHERE status IN ('pending', 'delivering')
  )
  SELECT (SELECT count(*)::int FROM open_request) AS "openRequests",
         (SELECT coalesce(sum(images - paused), 0)::float8 FROM open_request) AS "openImages",
         (SELECT coalesce(sum(paused), 0)::float8 FROM open_request) AS "pausedImages",
         (SELECT count(*)::int FROM dispatched WHERE status = 'queued') AS "queuedImages",
         (SELECT count(*)::int FROM dispatched WHERE status = 'processing') AS "processingImages",
         (SELECT extract(epoch FROM now() - min(since))::float8 FROM waiting) AS "oldestWaitingImageSeconds",
         (SELECT extract(epoch FROM now() - min(since))::float8 FROM untouched) AS "oldestUntouchedRequestSeconds",
         (SELECT count(*)::int FROM delivery) AS "openDeliveries",
         (SELECT extract(epoch FROM now() - min(not_before))::float8 FROM delivery
          WHERE not_before <= now()) AS "oldestDueDeliverySeconds"`;

export async function readBacklog(dataSource: DataSource): Promise<Backlog> {
  const [backlog] = await dataSource.query<Backlog[]>(READ_BACKLOG);
  return backlog;
}
