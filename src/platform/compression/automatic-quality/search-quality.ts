/** A quality that was attempted, and the value that depends on it: the score, or the size. */
export interface QualityAttempt {
  quality: number;
  value: number;
}

export interface QualitySearch {
  /** `lowest-above`: the lowest quality that reaches `wanted`. `highest-below`: the highest within it. */
  goal: 'lowest-above' | 'highest-below';
  wanted: number;
  /** First quality to attempt. */
  start: number;
  min: number;
  max: number;
  /** Change of the value with each step of the quality, before two attempts show it. */
  slope: number;
  /** The search ends with a value on the right side that is at most this far away. */
  tolerance: number;
  maxAttempts: number;
}

/** Qualities that are added to the last attempt if no earlier one reached the wanted value. */
const LAST_MARGIN = 4;

/**
 * Searches a quality. The value must grow with the quality. Interpolates between attempts and extrapolates
 * outside them.
 *
 * @param earlier attempts that were made before; they do not count
 * @returns the best attempt, and whether it is on the right side of the wanted value
 */
export async function searchQuality<T extends QualityAttempt>(
  search: QualitySearch,
  attemptQuality: (quality: number) => Promise<T>,
  earlier: readonly T[] = [],
): Promise<{ best: T; isReached: boolean }> {
  const attempts = [...earlier];
  for (let left = search.maxAttempts; left > 0; left--) {
    const { failed, passed } = bracketOf(search, attempts);
    if (passed && Math.abs(passed.value - search.wanted) <= search.tolerance) break;
    const quality = nextQuality(search, failed, passed, left === 1);
    if (attempts.some((made) => made.quality === quality)) break;
    attempts.push(await attemptQuality(quality));
  }
  const { failed, passed } = bracketOf(search, attempts);
  return { best: (passed ?? failed)!, isReached: passed !== undefined };
}

/** Returns the attempts on both sides of the wanted value that are nearest to it. */
function bracketOf<T extends QualityAttempt>(
  { goal, wanted }: QualitySearch,
  attempts: readonly T[],
): { failed?: T; passed?: T } {
  const byQuality = attempts.toSorted((a, b) => a.quality - b.quality);
  return goal === 'lowest-above'
    ? {
        passed: byQuality.find(({ value }) => value >= wanted),
        failed: byQuality.findLast(({ value }) => value < wanted),
      }
    : {
        passed: byQuality.findLast(({ value }) => value <= wanted),
        failed: byQuality.find(({ value }) => value > wanted),
      };
}

function nextQuality(
  search: QualitySearch,
  failed: QualityAttempt | undefined,
  passed: QualityAttempt | undefined,
  isLast: boolean,
): number {
  const { goal, wanted, start, min, max, slope, tolerance } = search;
  const isAbove = goal === 'lowest-above';
  const round = isAbove ? Math.ceil : Math.floor;
  const limited = (quality: number): number => Math.min(max, Math.max(min, quality));
  if (failed && passed) {
    const [low, high] = isAbove ? [failed, passed] : [passed, failed];
    // Aiming at the middle of the tolerance, and in the last attempt farther, reaches the right side.
    const aim = wanted + (isAbove ? tolerance : -tolerance) / 2;
    const share = (aim - low.value) / Math.max(high.value - low.value, 1e-9);
    const safer = isLast ? (share + (isAbove ? 1 : 0)) / 2 : share;
    const quality = round(
      low.quality + Math.min(1, Math.max(0, safer)) * (high.quality - low.quality),
    );
    return Math.min(high.quality - 1, Math.max(low.quality + 1, quality));
  }
  const nearest = failed ?? passed;
  if (!nearest) return limited(start);
  const steps = (wanted - nearest.value) / slope;
  if (passed) return limited(round(passed.quality + steps));
  if (isLast)
    return isAbove ? limited(Math.ceil(nearest.quality + steps * 1.5) + LAST_MARGIN) : min;
  // Beyond a failed attempt by at least one step.
  const direction = isAbove ? 1 : -1;
  const beyond = Math.max(1, Math.abs(steps)) * direction;
  return limited(round(nearest.quality + beyond));
}
