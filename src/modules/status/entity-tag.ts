import { createHash } from 'node:crypto';
import type { ProgressDto } from './progress.dto.js';

/**
 * Computes a weak entity tag (RFC 9110, 8.8.3) for a response. Ignores fields that change only with time,
 * so the response for an unchanged request is 304.
 *
 * @param chunks text of the response after `summary`
 */
export function computeETag(
  summary: { progress: ProgressDto },
  chunks: Iterable<string> = [],
): string {
  const { images_per_second: _rate, eta_seconds: _eta, ...progress } = summary.progress;
  const hash = createHash('sha1').update(JSON.stringify({ ...summary, progress }));
  for (const chunk of chunks) hash.update(chunk);
  return `W/"${hash.digest('base64url')}"`;
}
