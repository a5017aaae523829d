import { hostOfImage } from './host-of-image.js';
import { IS_OPEN_REQUEST, IS_PARKED } from './parked.js';

/**
 * Removes pauses that ended more than $1 seconds ago. In this time, a dispatch that began before the end
 * may still park images.
 *
 * A pause of an origin stays while one of its images is parked, because nothing else releases it. The
 * release skips rows that another session has locked. This reads them. A pause of an owner stays while a
 * request is open that it delayed, because the waiting time of its images begins at the end of the pause.
 */
export const REMOVE_ENDED_PAUSES = `
  DELETE FROM dispatch_pauses pause
  WHERE resumed_at < now() - make_interval(secs => $1) AND CASE kind
    WHEN 'origin' THEN name <> ALL(ARRAY(
      SELECT DISTINCT host
      FROM (SELECT id FROM processing_requests WHERE ${IS_OPEN_REQUEST}) request
      CROSS JOIN LATERAL (
        SELECT ${hostOfImage('images')} AS host FROM images WHERE request_id = request.id AND ${IS_PARKED}
      ) image
      WHERE host IS NOT NULL))
    ELSE NOT EXISTS (
      SELECT 1 FROM processing_requests
      WHERE owner = pause.name AND ${IS_OPEN_REQUEST} AND created_at < pause.resumed_at)
    END`;
