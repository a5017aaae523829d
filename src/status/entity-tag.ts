import { createHash } from 'node:crypto';
import type { ProgressDto } from './progress.dto.js';

/**
 * Weak entity tag (RFC 9110, 8.8.3) of what an answer tells. What only follows the clock is left out,
 * so that a request on which nothing moved is not sent again.
 */
export function entityTag(answer: { progress: ProgressDto }): string {
  const { images_per_second: _speed, eta_seconds: _eta, ...progress } = answer.progress;
  const digest = createHash('sha1').update(JSON.stringify({ ...answer, progress }));
  return `W/"${digest.digest('base64url')}"`;
}
