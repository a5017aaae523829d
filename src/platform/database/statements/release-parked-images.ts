import { imageStatusesBefore, requestStatusesBefore, sqlList } from '../states.js';
import { hostOfUrl } from './host-of-url.js';

/**
 * Makes up to $1 parked images of resumed origins due. Reads one part of an index for each open request,
 * and nothing while no origin was resumed.
 */
export const RELEASE_PARKED_IMAGES = `
  UPDATE images SET not_before = CASE WHEN attempts = 0 THEN '-infinity' ELSE now() END
  WHERE id IN (
    SELECT id FROM images
    WHERE id = ANY(ARRAY(
        SELECT parked.id FROM processing_requests request CROSS JOIN LATERAL (
          SELECT id FROM images
          WHERE request_id = request.id AND status IN (${sqlList(imageStatusesBefore('queued'))})
            AND same_as IS NULL AND not_before = 'infinity'
            AND ${hostOfUrl('input_url')} = ANY(ARRAY(
              SELECT name FROM dispatch_pauses WHERE kind = 'origin' AND resumed_at IS NOT NULL))
          LIMIT $1
        ) parked
        WHERE request.status IN (${sqlList(requestStatusesBefore('completed'))})
          AND EXISTS (SELECT 1 FROM dispatch_pauses WHERE kind = 'origin' AND resumed_at IS NOT NULL)
        LIMIT $1))
      AND not_before = 'infinity'
    FOR NO KEY UPDATE SKIP LOCKED)`;
