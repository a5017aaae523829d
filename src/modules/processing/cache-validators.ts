import type { SeenSource } from '../../platform/database/statements/remember-sources.js';
import type { DownloadedFile } from '../../platform/http-client/downloaded-file.js';

/** Age from which a date identifies one version. Dates have a resolution of a second (RFC 9110, 8.8.2.2). */
const MIN_AGE_MS = 60_000;
/** Longer entity tags are not stored. */
const MAX_ETAG_LENGTH = 1024;

/**
 * Returns the validators of a download for the next conditional request. Returns undefined when the
 * origin sent no reliable validator. Also returns undefined after a redirect, because the target
 * may change.
 */
export function toCachedSource(
  url: string,
  { etag, lastModified, finalUrl, sha256, bytes }: DownloadedFile,
  now: number = Date.now(),
): SeenSource | undefined {
  if (finalUrl !== new URL(url).href) return undefined;
  const age = now - Date.parse(lastModified ?? '');
  const tag = etag && etag.length <= MAX_ETAG_LENGTH ? etag : null;
  const date = lastModified && age > MIN_AGE_MS ? lastModified : null;
  if (tag === null && date === null) return undefined;
  return { url, etag: tag, lastModified: date, sha256, bytes };
}
