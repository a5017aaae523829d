import { requestStatusesBefore, toSqlList } from '../states.js';

/** Unfinished work, except for one request. */
export interface OpenWorkRow {
  own_requests: number;
  own_images: string;
  other_owners: number;
  other_images: string;
}

/** Sums the unfinished work of owner $1, excluding request $2, and of all other owners. */
export const SUM_OPEN_WORK = `
  SELECT count(*) FILTER (WHERE owner = $1 AND id <> $2)::int AS own_requests,
         coalesce(sum(images) FILTER (WHERE owner = $1 AND id <> $2), 0) AS own_images,
         count(DISTINCT owner) FILTER (WHERE owner <> $1)::int AS other_owners,
         coalesce(sum(images) FILTER (WHERE owner <> $1), 0) AS other_images
  FROM (
    SELECT id, owner, images_total - images_completed - images_failed - images_cancelled AS images
    FROM processing_requests
    WHERE status IN (${toSqlList(requestStatusesBefore('completed'))})
  ) open`;
