import { createHash } from 'node:crypto';
import type { ProgressDto } from './progress.dto.js';

/**
 * Returns a weak entity tag (RFC 9110, 8.8.3) of a response. Ignores fields that change with time
 * alone, so an unchanged request gets 304.
 *
 * @param rest text of the response apart from `summary`
 */
export function entityTag(summary: { progress: ProgressDto }, rest: Iterable<string> = []): string {
  const { images_per_second: _speed, eta_seconds: _eta, ...progress } = summary.progress;
  const digest = createHash('sha1').update(JSON.stringify({ ...summary, progress }));
  for (const piece of rest) digest.update(piece);
  return `W/"${digest.digest('base64url')}"`;
}
