import { IS_UNFINISHED_REQUEST } from './parked-condition.js';

/**
 * Removes pauses that ended more than $1 seconds ago. Until then, a dispatch that started before the end
 * of the pause may still park images.
 *
 * A pause of an origin remains until a pass over the parked images finds no images of this origin. Only
 * such a pass releases them. $2 is the start of the last pass without such images, if any.
 *
 * A pause of an owner remains while a request that it delayed is unfinished. The waiting time of its
 * images starts at the end of the pause.
 */
export const REMOVE_ENDED_PAUSES = `
  DELETE FROM dispatch_pauses pause WHERE CASE kind
    WHEN 'origin' THEN resumed_at < $2::timestamptz - make_interval(secs => $1)
    ELSE resumed_at < now() - make_interval(secs => $1) AND NOT EXISTS (
      SELECT 1 FROM processing_requests
      WHERE owner = pause.name AND ${IS_UNFINISHED_REQUEST} AND created_at < pause.resumed_at)
    END`;
