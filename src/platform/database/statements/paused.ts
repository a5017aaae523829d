import { hostOfImage } from './host-of-image.js';

/** Returns the condition that an owner is paused. `owner` is an SQL expression. */
export const isOwnerPaused = (owner: string): string =>
  `EXISTS (SELECT 1 FROM dispatch_pauses
           WHERE kind = 'owner' AND name = ${owner} AND resumed_at IS NULL)`;

/**
 * Returns the condition that the origin of an image is paused. `image` is the name or alias of the table.
 * The host is computed only while an origin is paused.
 */
export const isOriginPaused = (image: string): string =>
  `CASE WHEN EXISTS (SELECT 1 FROM dispatch_pauses WHERE kind = 'origin' AND resumed_at IS NULL)
   THEN coalesce(${hostOfImage(image)} = ANY(ARRAY(
     SELECT name FROM dispatch_pauses WHERE kind = 'origin' AND resumed_at IS NULL)), false)
   ELSE false END`;
