import { imageStatusesBefore, toSqlList } from '../states.js';
import { hostOfImage } from './host-of-image.js';

/** Pending images of one host. */
export interface PendingHostRow {
  host: string;
  images: number;
  /** Images of all hosts that were read. */
  read: number;
}

/**
 * Counts pending images by host. Reads at most $1 of them through the index of due images, and returns
 * the $2 hosts with the most.
 */
export const COUNT_PENDING_HOSTS = `
  SELECT host, count(*)::int AS images, (sum(count(*)) OVER ())::int AS read
  FROM (
    SELECT ${hostOfImage('images')} AS host FROM images
    WHERE status IN (${toSqlList(imageStatusesBefore('queued'))}) AND same_as IS NULL LIMIT $1
  ) pending
  GROUP BY host ORDER BY images DESC, host LIMIT $2`;
