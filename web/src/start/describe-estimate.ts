import type { Estimate } from '../api/types.js';
import { formatQuantity, formatDuration } from '../format.js';

/** Returns a text such as “Saves about 61 %, takes about 6 min”. */
export function describeEstimate({ bytes_saved_percent, duration_seconds }: Estimate): string {
  const parts = [describeSavings(bytes_saved_percent)];
  if (duration_seconds !== null) parts.push(`takes about ${formatDuration(duration_seconds)}`);
  return parts.join(', ');
}

function describeSavings(percent: number | null): string {
  if (percent === null) return 'Savings unknown';
  return percent > 0 ? `Saves about ${Math.round(percent)} %` : 'Saves nothing';
}

/** Returns a text such as “1 of 12 sampled links is dead.” */
export function describeDeadLinks(dead: number, sampled: number): string {
  const links = formatQuantity(sampled, 'sampled link');
  if (dead === 0) return sampled === 1 ? 'The sampled link works.' : `All ${links} work.`;
  return `${dead} of ${links} ${dead === 1 ? 'is' : 'are'} dead.`;
}
