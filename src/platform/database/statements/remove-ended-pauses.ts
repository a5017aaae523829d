import { IS_OPEN_REQUEST } from './parked.js';

/**
 * Removes pauses that ended more than $1 seconds ago. In this time, a dispatch that began before
 * the end may still park images.
 *
 * A pause of an origin stays until a pass over the parked images has found none of its own, because
 * nothing else releases them. $2 is the start of such a pass, if any. A pause of an owner stays
 * while a request is open that it delayed, because the waiting time of its images begins at the end
 * of the pause.
 */
export const REMOVE_ENDED_PAUSES = `
  DELETE FROM dispatch_pauses pause WHERE CASE kind
    WHEN 'origin' THEN resumed_at < $2::timestamptz - make_interval(secs => $1)
    ELSE resumed_at < now() - make_interval(secs => $1) AND NOT EXISTS (
      SELECT 1 FROM processing_requests
      WHERE owner = pause.name AND ${IS_OPEN_REQUEST} AND created_at < pause.resumed_at)
    END`;
