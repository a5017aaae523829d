import type { Estimate } from '../api/types.js';
import { formatQuantity, formatDuration } from '../format.js';

/** Describes an estimate, for example “Saves about 61%, takes about 6 min”. */
export function describeEstimate({ bytes_saved_percent, duration_seconds }: Estimate): string {
  const parts = [describeSavings(bytes_saved_percent)];
  if (duration_seconds !== null) parts.push(`takes about ${formatDuration(duration_seconds)}`);
  return parts.join(', ');
}

function describeSavings(percent: number | null): string {
  if (percent === null) return 'Savings unknown';
  return percent > 0 ? `Saves about ${Math.round(percent)}%` : 'Saves nothing';
}

/** Describes the sampled links, for example “1 of 12 sampled links is dead.” */
export function describeDeadLinks(deadCount: number, sampledCount: number): string {
  const links = formatQuantity(sampledCount, 'sampled link');
  if (deadCount === 0) return sampledCount === 1 ? 'The sampled link works.' : `All ${links} work.`;
  return `${deadCount} of ${links} ${deadCount === 1 ? 'is' : 'are'} dead.`;
}
