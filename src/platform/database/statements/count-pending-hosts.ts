import { imageStatusesBefore, toSqlList } from '../states.js';
import { imageHostExpression } from './image-host.js';

/** Pending images of one host. */
export interface PendingHostRow {
  host: string;
  images: number;
  /** Total number of images that were read, across all hosts. */
  images_read: number;
}

/**
 * Counts pending images by host. Reads at most $1 images through the index of due images, and returns
 * the $2 hosts with the most images.
 */
export const COUNT_PENDING_HOSTS = `
  SELECT host, count(*)::int AS images, (sum(count(*)) OVER ())::int AS images_read
  FROM (
    SELECT ${imageHostExpression('images')} AS host FROM images
    WHERE status IN (${toSqlList(imageStatusesBefore('queued'))}) AND same_as IS NULL LIMIT $1
  ) pending
  GROUP BY host ORDER BY images DESC, host LIMIT $2`;
