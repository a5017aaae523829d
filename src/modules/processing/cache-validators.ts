import type { SeenSource } from '../../platform/database/repositories/sources.js';
import type { Downloaded } from '../../platform/http-client/downloaded.js';

/** A date says whole seconds: until so long after a change it may stand for two versions (RFC 9110, 8.8.2.2). */
const SETTLED_MS = 60_000;
/** No honest one comes near. */
const LONGEST = 1024;

/**
 * What to remember of a download, so that next time its server is asked whether anything changed.
 * Nothing where the server gave no validator that can be relied on, or where the answer came from
 * another URL: what that one says tells nothing of where this one leads next time.
 */
export function toCachedSource(
  url: string,
  { etag, lastModified, finalUrl, sha256, bytes }: Downloaded,
  now: number = Date.now(),
): SeenSource | undefined {
  if (finalUrl !== new URL(url).href) return undefined;
  const age = now - Date.parse(lastModified ?? '');
  const tag = etag && etag.length <= LONGEST ? etag : null;
  const date = lastModified && age > SETTLED_MS ? lastModified : null;
  if (tag === null && date === null) return undefined;
  return { url, etag: tag, lastModified: date, sha256, bytes };
}
