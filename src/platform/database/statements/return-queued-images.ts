import { originPausedCondition, ownerPausedCondition } from './paused-condition.js';

/**
 * Marks queued images of paused origins and owners as pending, because workers cannot claim them. The dispatch
 * window bounds their number.
 */
export const RETURN_QUEUED_IMAGES = `
  UPDATE images SET status = 'pending', lease_until = NULL
  WHERE id IN (
    SELECT image.id FROM images image
    JOIN processing_requests request ON request.id = image.request_id
    WHERE image.status = 'queued'
      AND (${ownerPausedCondition('request.owner')} OR ${originPausedCondition('image')})
    FOR NO KEY UPDATE OF image SKIP LOCKED)`;
