import { qualityAt, type QualityTable, valueAt } from './quality-table.js';

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
  /** Typical values. Those of one image are this curve, moved and stretched. */
  typical: QualityTable;
  /** The search ends with a value on the right side that is at most this far away. */
  tolerance: number;
  maxAttempts: number;
}

/** Qualities that are added to the last attempt if no earlier one reached the wanted value. */
const LAST_MARGIN = 4;
/** Share by which a step is lengthened after each attempt. */
const STRETCH = 0.25;

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
    const quality = nextQuality(search, failed, passed, left);
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
  left: number,
): number {
  const { goal, wanted, start, min, max, typical, tolerance } = search;
  const isLast = left === 1;
  const isAbove = goal === 'lowest-above';
  const round = isAbove ? Math.ceil : Math.floor;
  const limited = (quality: number): number => Math.min(max, Math.max(min, quality));
  const at = (value: number): number => round(qualityAt(typical, value));
  const distanceOf = (attempt?: QualityAttempt): number =>
    attempt ? Math.abs(attempt.value - wanted) : Infinity;
  // The next attempt should be on the right side. The last two keep more distance from a near failure,
  // because the value may change little there.
  const near = left <= 2 && distanceOf(failed) < distanceOf(passed) ? distanceOf(failed) / 2 : 0;
  const reserve = tolerance * (isLast ? 1.5 : 0.5) + near;
  const aim = wanted + (isAbove ? reserve : -reserve);
  if (failed && passed) {
    const [low, high] = isAbove ? [failed, passed] : [passed, failed];
    const share = (aim - low.value) / Math.max(high.value - low.value, 1e-9);
    const [from, to] = [valueAt(typical, low.quality), valueAt(typical, high.quality)];
    const quality = at(from + Math.min(1, Math.max(0, share)) * (to - from));
    return Math.min(high.quality - 1, Math.max(low.quality + 1, quality));
  }
  const nearest = failed ?? passed;
  if (!nearest) return limited(start);
  const expected = valueAt(typical, nearest.quality);
  if (passed) return limited(at(expected + wanted - passed.value));
  if (isLast && !isAbove) return min;
  // The image differs more from the typical one with each failed attempt, so the step is lengthened.
  const stretch = 1 + (search.maxAttempts - left) * STRETCH;
  const quality = at(expected + (aim - nearest.value) * stretch);
  const margin = isLast ? LAST_MARGIN : 0;
  return limited(
    isAbove
      ? Math.max(nearest.quality + 1, quality + margin)
      : Math.min(nearest.quality - 1, quality),
  );
}
