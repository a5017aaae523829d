import type { Estimate } from '../api/types.js';
import { counted, duration } from '../format.js';

/** Returns a text such as “Saves about 61 %, takes about 6 min”. */
export function describeEstimate({ bytes_saved_percent, duration_seconds }: Estimate): string {
  const parts = [savings(bytes_saved_percent)];
  if (duration_seconds !== null) parts.push(`takes about ${duration(duration_seconds)}`);
  return parts.join(', ');
}

function savings(percent: number | null): string {
  if (percent === null) return 'Savings unknown';
  return percent > 0 ? `Saves about ${Math.round(percent)} %` : 'Saves nothing';
}

/** Returns a text such as “1 of 12 sampled links is dead.” */
export function deadLinks(dead: number, sampled: number): string {
  const links = counted(sampled, 'sampled link');
  if (dead === 0) return sampled === 1 ? 'The sampled link works.' : `All ${links} work.`;
  return `${dead} of ${links} ${dead === 1 ? 'is' : 'are'} dead.`;
}
