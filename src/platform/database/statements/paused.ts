import { hostOfUrl } from './host-of-url.js';

/** Returns the condition that an owner is paused. `owner` is an SQL expression. */
export const isOwnerPaused = (owner: string): string =>
  `EXISTS (SELECT 1 FROM dispatch_pauses
           WHERE kind = 'owner' AND name = ${owner} AND resumed_at IS NULL)`;

/**
 * Returns the condition that the origin of a URL is paused. `url` is an SQL expression. The host is
 * computed only while an origin is paused.
 */
export const isOriginPaused = (url: string): string =>
  `CASE WHEN EXISTS (SELECT 1 FROM dispatch_pauses WHERE kind = 'origin' AND resumed_at IS NULL)
   THEN coalesce(${hostOfUrl(url)} = ANY(ARRAY(
     SELECT name FROM dispatch_pauses WHERE kind = 'origin' AND resumed_at IS NULL)), false)
   ELSE false END`;
