import { unnest } from './unnest.js';

/** One dispatch of an image. Only the latest dispatch is valid. */
export interface Dispatch {
  imageId: string;
  dispatch: number;
}

/** Returns the queued images that become due again within $1 seconds. The dispatch window bounds their number. */
export const LIST_EXPIRING_DISPATCHES = `
  SELECT id AS "imageId", dispatches AS dispatch FROM images
  WHERE status = 'queued' AND lease_until < now() + make_interval(secs => $1)`;

const DISPATCHES = unnest({ id: 'bigint', dispatch: 'int' });

/** Postpones the next enqueue of queued images. $3: seconds from now until they become due. */
export const RENEW_DISPATCHES = `
  UPDATE images SET lease_until = now() + make_interval(secs => $3)
  WHERE id IN (
    SELECT image.id FROM images image
    JOIN ${DISPATCHES.toFromItem('d')} ON d.id = image.id AND d.dispatch = image.dispatches
    WHERE image.status = 'queued'
    FOR NO KEY UPDATE OF image SKIP LOCKED)`;

export const toDispatchParameters = (dispatches: readonly Dispatch[]): unknown[][] =>
  DISPATCHES.toArrays(dispatches.map(({ imageId, dispatch }) => ({ id: imageId, dispatch })));
