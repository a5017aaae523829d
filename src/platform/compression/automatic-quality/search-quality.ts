import { type QualityTable, valueAt } from './quality-table.js';

/** A quality that was attempted, and the value that depends on it: the score, or the size. */
export interface QualityAttempt {
  quality: number;
  value: number;
}

export interface QualitySearch {
  /** `lowest-above`: the lowest quality that reaches `wanted`. `highest-below`: the highest within it. */
  goal: 'lowest-above' | 'highest-below';
  wanted: number;
  firstQuality: number;
  min: number;
  max: number;
  /** Mean values of images. */
  typical: QualityTable;
  /**
   * Spread of the values at each quality. An image deviates from the mean by the same multiple of
   * it at all qualities. Default: 1.
   */
  spread?: QualityTable;
  /** The search ends with a value on the right side within this distance. */
  tolerance: number;
  maxAttempts: number;
}

interface SearchOptions<T> {
  /** Earlier attempts, which do not count. */
  earlier?: readonly T[];
  /** Whether an attempt ends the search, by the number of attempts that are left. */
  endsAfter?: (attempt: T, left: number) => boolean;
}

/**
 * Margin, in tolerances, of the second-to-last attempt over the wanted value if no earlier attempt
 * reached it.
 */
const LARGE_RESERVE = 1.5;
/** Distance in tolerances above which the last attempt halves the distance between the wanted value and a passed one. */
const FAR = 3;
/** Minimum spread that divides a deviation. */
const MIN_SPREAD = 0.3;
/** Minimum distance of two qualities on the same side whose deviations show a trend. */
const MIN_TREND_DISTANCE = 4;

/**
 * Searches a quality. The value must grow with the quality.
 *
 * @returns the best attempt, and whether it is on the right side of the wanted value
 */
export async function searchQuality<T extends QualityAttempt>(
  search: QualitySearch,
  attemptQuality: (quality: number) => Promise<T>,
  { earlier = [], endsAfter = () => false }: SearchOptions<T> = {},
): Promise<{ best: T; isReached: boolean }> {
  const attempts = [...earlier];
  for (let left = search.maxAttempts; left > 0; left--) {
    const { failed, passed } = bracketOf(search, attempts);
    if (passed && Math.abs(passed.value - search.wanted) <= search.tolerance) break;
    const quality = nextQuality(search, attempts, { failed, passed }, left);
    if (quality === undefined) break;
    const attempt = await attemptQuality(quality);
    attempts.push(attempt);
    if (endsAfter(attempt, left - 1)) break;
  }
  const { failed, passed } = bracketOf(search, attempts);
  return { best: (passed ?? failed)!, isReached: passed !== undefined };
}

/** Returns the nearest attempt on each side of the wanted value. */
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

/** Returns undefined if no quality is left between the attempts. */
function nextQuality(
  search: QualitySearch,
  attempts: readonly QualityAttempt[],
  { failed, passed }: { failed?: QualityAttempt; passed?: QualityAttempt },
  left: number,
): number | undefined {
  const { goal, wanted, firstQuality, min, max } = search;
  const isAbove = goal === 'lowest-above';
  const [below, above] = isAbove ? [failed, passed] : [passed, failed];
  const [lowest, highest] = [below ? below.quality + 1 : min, above ? above.quality - 1 : max];
  if (lowest > highest) return undefined;
  if (attempts.length === 0) return Math.min(max, Math.max(min, firstQuality));
  if (left === 1 && !passed) return isAbove ? max : min;
  // The next attempt should be on the right side.
  const reserve = search.tolerance * (left === 2 && !passed ? LARGE_RESERVE : 0.5);
  const aim = wanted + (isAbove ? reserve : -reserve);
  const deviationAt = deviations(
    search,
    failed && passed ? [failed, passed] : findNearest(attempts, wanted),
  );
  const qualities = Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i);
  const expectedQuality = (quality: number): number =>
    valueAt(search.typical, quality) + deviationAt(quality) * spreadAt(search, quality);
  const isFar = passed && failed && Math.abs(passed.value - wanted) > FAR * search.tolerance;
  const least = left === 1 && isFar ? Math.floor((failed.quality + passed.quality) / 2) : lowest;
  return isAbove
    ? (qualities.find((quality) => quality >= least && expectedQuality(quality) >= aim) ?? highest)
    : (qualities.findLast((quality) => expectedQuality(quality) <= aim) ?? lowest);
}

const spreadAt = ({ spread }: QualitySearch, quality: number): number =>
  spread ? Math.max(MIN_SPREAD, valueAt(spread, quality)) : 1;

/** Returns one or two attempts whose values are the nearest. */
function findNearest(attempts: readonly QualityAttempt[], wanted: number): QualityAttempt[] {
  const getDistance = ({ value }: QualityAttempt): number => Math.abs(value - wanted);
  const [first, second] = attempts.toSorted((a, b) => getDistance(a) - getDistance(b));
  const hasTrend = second && Math.abs(second.quality - first.quality) >= MIN_TREND_DISTANCE;
  return hasTrend ? [second, first] : [first];
}

/** Returns the deviation from the typical value at each quality, in units of the spread. */
function deviations(
  search: QualitySearch,
  [a, b = a]: readonly QualityAttempt[],
): (quality: number) => number {
  const getDeviation = ({ quality, value }: QualityAttempt): number =>
    (value - valueAt(search.typical, quality)) / spreadAt(search, quality);
  const [from, to] = [getDeviation(a), getDeviation(b)];
  const distance = b.quality - a.quality;
  if (distance === 0) return () => from;
  return (quality) => from + ((quality - a.quality) / distance) * (to - from);
}
