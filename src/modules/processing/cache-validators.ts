import type { DownloadedSource } from '../../platform/database/statements/save-sources.js';
import type { DownloadedFile } from '../../platform/http-client/downloaded-file.js';

/**
 * Minimum age of a usable date. A more recent date is ambiguous, because dates are precise only to the second
 * (RFC 9110, 8.8.2.2).
 */
const MIN_AGE_MS = 60_000;
/** Maximum length of an entity tag that is stored. */
const MAX_ETAG_LENGTH = 1024;

/**
 * Returns the validators of a download for the next conditional request. Returns undefined if the
 * origin sent no reliable validator. Also returns undefined after a redirect, because its target may change.
 */
export function toCachedSource(
  url: string,
  { etag, lastModified, finalUrl, sha256, bytes }: DownloadedFile,
  now: number = Date.now(),
): DownloadedSource | undefined {
  if (finalUrl !== new URL(url).href) return undefined;
  const ageMs = now - Date.parse(lastModified ?? '');
  const shortEtag = etag && etag.length <= MAX_ETAG_LENGTH ? etag : null;
  const reliableDate = lastModified && ageMs > MIN_AGE_MS ? lastModified : null;
  if (shortEtag === null && reliableDate === null) return undefined;
  return { url, etag: shortEtag, lastModified: reliableDate, sha256, bytes };
}
