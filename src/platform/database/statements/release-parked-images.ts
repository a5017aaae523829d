import { hostOfImage } from './host-of-image.js';
import { IS_OPEN_REQUEST, IS_PARKED } from './parked.js';

const ENDED_ORIGINS = `SELECT name FROM dispatch_pauses WHERE kind = 'origin' AND resumed_at IS NOT NULL`;

/**
 * Makes up to $1 parked images of resumed origins due. Their waiting time begins now. Reads one part of an
 * index for each open request, and nothing while no origin was resumed.
 */
export const RELEASE_PARKED_IMAGES = `
  UPDATE images SET not_before = now()
  WHERE id IN (
    SELECT id FROM images
    WHERE id = ANY(ARRAY(
        SELECT parked.id FROM processing_requests request CROSS JOIN LATERAL (
          SELECT id FROM images
          WHERE request_id = request.id AND ${IS_PARKED}
            AND ${hostOfImage('images')} = ANY(ARRAY(${ENDED_ORIGINS}))
          LIMIT $1
        ) parked
        WHERE ${IS_OPEN_REQUEST} AND EXISTS (${ENDED_ORIGINS})
        LIMIT $1))
      AND not_before = 'infinity'
    FOR NO KEY UPDATE SKIP LOCKED)`;
