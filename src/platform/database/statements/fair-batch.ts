import { originPausedCondition, ownerPausedCondition } from './paused-condition.js';
import { imageStatusesBefore, requestStatusesBefore, toSqlList } from '../states.js';

const CAN_QUEUE = `status IN (${toSqlList(imageStatusesBefore('queued'))}) AND same_as IS NULL`;

/**
 * Selects the owners with a loose index scan, which probes once per owner, regardless of the number of
 * requests.
 */
export const OWNERS_ROUND_ROBIN = `
  owners_in_turn AS (
    (SELECT owner, due_at FROM due_requests ORDER BY owner, due_at LIMIT 1)
    UNION ALL
    SELECT following.owner, following.due_at
    FROM owners_in_turn CROSS JOIN LATERAL (
      SELECT owner, due_at FROM due_requests WHERE owner > owners_in_turn.owner
      ORDER BY owner, due_at LIMIT 1
    ) following
  )`;

/** Orders owners by name, starting with the owner after $4. */
const ROUND_ROBIN_ORDER = 'owner <= $4::text, owner';

/**
 * Marks up to $1 due images as queued. Alternates between owners, and between the requests of an owner.
 * Reads only due requests, not images that are waiting for another attempt.
 *
 * $2: seconds until an unclaimed image is queued again. $3: names of the owners to serve, or null for
 * all. $4: owner that was served last. The batch starts with the next owner, so all owners are served even
 * if a batch is smaller than the number of owners.
 *
 * The statement skips paused owners. It parks images of paused origins instead of queueing them
 * (entities/dispatch-pause.entity.ts).
 *
 * It also updates the rows of the requests that it has read. The row of a request without due images gets
 * the time of its next due image. The row is deleted if no image is pending. A served request moves behind the other
 * requests of its owner if some of them got no images. The statement never waits for a lock.
 *
 * Returns one row: `images` in the order of processing, and `moved`, the number of updated rows and parked
 * images.
 */
export const FAIR_BATCH = `
  WITH RECURSIVE ${OWNERS_ROUND_ROBIN}, due_owners AS MATERIALIZED (
    SELECT owner FROM owners_in_turn
    WHERE due_at <= now() AND ($3::text[] IS NULL OR owner = ANY($3))
      AND NOT ${ownerPausedCondition('owners_in_turn.owner')}
    ORDER BY ${ROUND_ROBIN_ORDER} LIMIT $1
  ), share AS MATERIALIZED (
    -- Maximum images per owner: twice a fair share, because other owners may have few images. "requests" is
    -- the number of requests that are read per owner. Its minimum lets small batches get past outdated rows.
    SELECT least($1::int, greatest(ceil(2.0 * $1 / greatest(count(*), 1)), 8))::int AS images,
           greatest(least($1::int, ceil(2.0 * $1 / greatest(count(*), 1))),
                    ceil(200.0 / greatest(count(*), 1)), 8)::int AS requests
    FROM due_owners
  ), candidate AS MATERIALIZED (
    SELECT due.*, requests AS max_requests,
           count(*) OVER (PARTITION BY due.owner) AS owner_requests,
           least(images, greatest(ceil(2.0 * images / count(*) OVER (PARTITION BY due.owner)), 4))::int AS max_images
    FROM due_owners CROSS JOIN share CROSS JOIN LATERAL (
      SELECT request_id, owner, due_at, revision FROM due_requests
      WHERE owner = due_owners.owner AND due_at <= now()
      ORDER BY due_at, request_id LIMIT (SELECT requests FROM share)
    ) due
  ), due_image AS MATERIALIZED (
    SELECT image.id, candidate.request_id, candidate.owner, candidate.due_at, image.turn
    FROM candidate
    JOIN processing_requests request ON request.id = candidate.request_id
      AND request.status IN (${toSqlList(requestStatusesBefore('completed'))})
    CROSS JOIN LATERAL (
      SELECT id, row_number() OVER (ORDER BY not_before, id) AS turn FROM images
      WHERE request_id = candidate.request_id AND ${CAN_QUEUE} AND not_before <= now()
      ORDER BY not_before, id LIMIT candidate.max_images
    ) image
  ), selected_image AS MATERIALIZED (
    SELECT id, owner, row_number() OVER (PARTITION BY owner ORDER BY turn, due_at, request_id) AS owner_turn
    FROM due_image
    ORDER BY owner_turn, ${ROUND_ROBIN_ORDER} LIMIT $1
  ), locked_image AS MATERIALIZED (
    SELECT id, ${originPausedCondition('images')} AS is_paused FROM images
    WHERE id = ANY(ARRAY(SELECT id FROM selected_image)) AND ${CAN_QUEUE} AND not_before <= now()
    FOR UPDATE SKIP LOCKED
  ), parked AS (
    UPDATE images SET not_before = 'infinity'
    WHERE id = ANY(ARRAY(SELECT id FROM locked_image WHERE is_paused))
    RETURNING id
  ), queued AS (
    UPDATE images SET status = 'queued', dispatches = dispatches + 1,
           lease_until = now() + make_interval(secs => $2)
    WHERE id = ANY(ARRAY(SELECT id FROM locked_image WHERE NOT is_paused))
    RETURNING id, request_id, dispatches
  ), outlook AS MATERIALIZED (
    SELECT request_id, revision, coalesce(queued_now.images, 0) AS queued,
           coalesce(due_now.images = max_images OR due_now.images > coalesce(queued_now.images, 0), false)
             AS has_more,
           owner_requests = max_requests
             OR bool_or(due_now.images > 0 AND queued_now.images IS NULL) OVER (PARTITION BY owner)
             AS has_unserved_requests
    FROM candidate
    LEFT JOIN (SELECT request_id, count(*) AS images FROM due_image GROUP BY request_id) due_now
      USING (request_id)
    LEFT JOIN (SELECT request_id, count(*) AS images FROM queued GROUP BY request_id) queued_now
      USING (request_id)
  ), move AS MATERIALIZED (
    SELECT request_id, revision, CASE
      WHEN has_more THEN now()
      ELSE (SELECT not_before FROM images JOIN processing_requests request ON request.id = images.request_id
              AND request.status IN (${toSqlList(requestStatusesBefore('completed'))})
            WHERE images.request_id = outlook.request_id AND images.${CAN_QUEUE}
              AND not_before > now() AND not_before < 'infinity'
            ORDER BY not_before LIMIT 1)
      END AS due_at
    FROM outlook WHERE NOT has_more OR (has_unserved_requests AND queued > 0)
  ), locked_move AS MATERIALIZED (
    -- If the revision differs, images became pending after this statement started and may not be visible to it.
    SELECT due.request_id, move.due_at
    FROM due_requests due JOIN move USING (request_id, revision)
    FOR UPDATE OF due SKIP LOCKED
  ), moved AS (
    UPDATE due_requests SET due_at = locked_move.due_at
    FROM locked_move
    WHERE due_requests.request_id = locked_move.request_id AND locked_move.due_at IS NOT NULL
  ), removed AS (
    DELETE FROM due_requests
    WHERE request_id = ANY(ARRAY(SELECT request_id FROM locked_move WHERE due_at IS NULL))
  )
  SELECT (SELECT count(*)::int FROM locked_move) + (SELECT count(*)::int FROM parked) AS moved,
         (SELECT coalesce(json_agg(json_build_object(
            'id', queued.id::text, 'requestId', request_id, 'owner', owner, 'dispatch', dispatches)
            ORDER BY owner_turn, ${ROUND_ROBIN_ORDER}), '[]')
          FROM queued JOIN selected_image USING (id)) AS images`;
