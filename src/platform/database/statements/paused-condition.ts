import { imageHostExpression } from './image-host.js';

/** Returns an SQL condition that is true if an owner is paused. `owner` is an SQL expression. */
export const ownerPausedCondition = (owner: string): string =>
  `EXISTS (SELECT 1 FROM dispatch_pauses
           WHERE kind = 'owner' AND name = ${owner} AND resumed_at IS NULL)`;

/**
 * Returns an SQL condition that is true if the origin of an image is paused. `image` is the name or alias of
 * the table. The condition computes the host only while an origin is paused.
 */
export const originPausedCondition = (image: string): string =>
  `CASE WHEN EXISTS (SELECT 1 FROM dispatch_pauses WHERE kind = 'origin' AND resumed_at IS NULL)
   THEN coalesce(${imageHostExpression(image)} = ANY(ARRAY(
     SELECT name FROM dispatch_pauses WHERE kind = 'origin' AND resumed_at IS NULL)), false)
   ELSE false END`;
