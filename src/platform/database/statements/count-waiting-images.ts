import { imageStatusesBefore, toSqlList } from '../states.js';
import { imageHostExpression } from './image-host.js';

/** Pending images of a request on one host. */
export interface WaitingImagesRow {
  host: string;
  /** `due`: can start now. `delayed`: waiting for the next attempt. `parked`: the origin is paused. */
  state: 'due' | 'delayed' | 'parked';
  images: number;
  /** Earliest and latest time of the next attempt of a delayed image. */
  first_at: Date | null;
  last_at: Date | null;
}

/** Counts the pending images of request $1 by host and state. Reads at most $2 images. */
export const COUNT_WAITING_IMAGES = `
  SELECT host, state, count(*)::int AS images,
         min(not_before) FILTER (WHERE state = 'delayed') AS first_at,
         max(not_before) FILTER (WHERE state = 'delayed') AS last_at
  FROM (
    SELECT ${imageHostExpression('images')} AS host, not_before,
           CASE WHEN not_before = 'infinity' THEN 'parked'
                WHEN not_before > now() THEN 'delayed' ELSE 'due' END AS state
    FROM images
    WHERE request_id = $1 AND status IN (${toSqlList(imageStatusesBefore('queued'))}) AND same_as IS NULL
    ORDER BY not_before DESC LIMIT $2
  ) waiting
  GROUP BY host, state ORDER BY images DESC, host, state LIMIT 100`;
