import { type QualityTable, interpolateValue } from './quality-table.js';

/** An attempted quality, and the value that depends on it: the score or the size. */
export interface QualityAttempt {
  quality: number;
  value: number;
}

export interface QualitySearch {
  /** `lowest-above` seeks the lowest quality that reaches the target, `highest-below` the highest within it. */
  goal: 'lowest-above' | 'highest-below';
  target: number;
  firstQuality: number;
  min: number;
  max: number;
  /** Mean value at each quality. */
  typicalValues: QualityTable;
  /**
   * Spread of the values at each quality. An image deviates from the mean by the same multiple of
   * the spread at all qualities. Default: 1.
   */
  spread?: QualityTable;
  /** The search ends at a value that meets the target and differs from it by at most this much. */
  tolerance: number;
  maxAttempts: number;
}

interface SearchOptions<T> {
  /** Earlier attempts, which do not count toward `maxAttempts`. */
  earlierAttempts?: readonly T[];
  /** Returns whether the search ends after an attempt, given the number of remaining attempts. */
  shouldStop?: (attempt: T, remainingAttempts: number) => boolean;
}

/** Safety margin of the second-to-last attempt, in tolerances, if no earlier attempt reached the target. */
const LARGE_MARGIN = 1.5;
/** If a passed attempt is more than this many tolerances from the target, the last attempt halves the quality range. */
const FAR_DISTANCE = 3;
/** Minimum spread, which avoids dividing by a very small number. */
const MIN_SPREAD = 0.3;
/** Minimum distance between two qualities on the same side whose deviations show a trend. */
const MIN_TREND_DISTANCE = 4;

/**
 * Searches for a quality. The value must increase with the quality.
 *
 * @returns the best attempt, and whether it meets the target
 */
export async function searchQuality<T extends QualityAttempt>(
  search: QualitySearch,
  attemptQuality: (quality: number) => Promise<T>,
  { earlierAttempts = [], shouldStop = () => false }: SearchOptions<T> = {},
): Promise<{ best: T; isTargetReached: boolean }> {
  const attempts = [...earlierAttempts];
  for (let remainingAttempts = search.maxAttempts; remainingAttempts > 0; remainingAttempts--) {
    const { failedAttempt, passedAttempt } = findBracket(search, attempts);
    if (passedAttempt && Math.abs(passedAttempt.value - search.target) <= search.tolerance) break;
    const quality = chooseNextQuality(
      search,
      attempts,
      { failedAttempt, passedAttempt },
      remainingAttempts,
    );
    if (quality === undefined) break;
    const attempt = await attemptQuality(quality);
    attempts.push(attempt);
    if (shouldStop(attempt, remainingAttempts - 1)) break;
  }
  const { failedAttempt, passedAttempt } = findBracket(search, attempts);
  return { best: (passedAttempt ?? failedAttempt)!, isTargetReached: passedAttempt !== undefined };
}

/** Returns the nearest attempt on each side of the target. */
function findBracket<T extends QualityAttempt>(
  { goal, target }: QualitySearch,
  attempts: readonly T[],
): { failedAttempt?: T; passedAttempt?: T } {
  const byQuality = attempts.toSorted((a, b) => a.quality - b.quality);
  return goal === 'lowest-above'
    ? {
        passedAttempt: byQuality.find(({ value }) => value >= target),
        failedAttempt: byQuality.findLast(({ value }) => value < target),
      }
    : {
        passedAttempt: byQuality.findLast(({ value }) => value <= target),
        failedAttempt: byQuality.find(({ value }) => value > target),
      };
}

/** Returns the next quality to attempt. Returns undefined if no quality remains between the attempts. */
function chooseNextQuality(
  search: QualitySearch,
  attempts: readonly QualityAttempt[],
  {
    failedAttempt,
    passedAttempt,
  }: { failedAttempt?: QualityAttempt; passedAttempt?: QualityAttempt },
  remainingAttempts: number,
): number | undefined {
  const { goal, target, firstQuality, min, max } = search;
  const seeksLowest = goal === 'lowest-above';
  const [lower, upper] = seeksLowest
    ? [failedAttempt, passedAttempt]
    : [passedAttempt, failedAttempt];
  const [lowest, highest] = [lower ? lower.quality + 1 : min, upper ? upper.quality - 1 : max];
  if (lowest > highest) return undefined;
  if (attempts.length === 0) return Math.min(max, Math.max(min, firstQuality));
  if (remainingAttempts === 1 && !passedAttempt) return seeksLowest ? max : min;
  // Aims slightly past the target to make the next attempt likely to meet it.
  const margin =
    search.tolerance * (remainingAttempts === 2 && !passedAttempt ? LARGE_MARGIN : 0.5);
  const adjustedTarget = target + (seeksLowest ? margin : -margin);
  const getDeviation = createDeviationFunction(
    search,
    failedAttempt && passedAttempt ? [failedAttempt, passedAttempt] : findNearest(attempts, target),
  );
  const qualities = Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i);
  const estimateValue = (quality: number): number =>
    interpolateValue(search.typicalValues, quality) +
    getDeviation(quality) * getSpread(search, quality);
  const isPassedAttemptFar =
    passedAttempt &&
    failedAttempt &&
    Math.abs(passedAttempt.value - target) > FAR_DISTANCE * search.tolerance;
  const lowerBound =
    remainingAttempts === 1 && isPassedAttemptFar
      ? Math.floor((failedAttempt.quality + passedAttempt.quality) / 2)
      : lowest;
  return seeksLowest
    ? (qualities.find(
        (quality) => quality >= lowerBound && estimateValue(quality) >= adjustedTarget,
      ) ?? highest)
    : (qualities.findLast((quality) => estimateValue(quality) <= adjustedTarget) ?? lowest);
}

const getSpread = ({ spread }: QualitySearch, quality: number): number =>
  spread ? Math.max(MIN_SPREAD, interpolateValue(spread, quality)) : 1;

/** Returns the attempt nearest to the target, preceded by the second nearest if both show a trend. */
function findNearest(attempts: readonly QualityAttempt[], target: number): QualityAttempt[] {
  const getDistance = ({ value }: QualityAttempt): number => Math.abs(value - target);
  const [first, second] = attempts.toSorted((a, b) => getDistance(a) - getDistance(b));
  const hasTrend = second && Math.abs(second.quality - first.quality) >= MIN_TREND_DISTANCE;
  return hasTrend ? [second, first] : [first];
}

/** Returns the deviation from the typical value at each quality, in units of the spread. */
function createDeviationFunction(
  search: QualitySearch,
  [a, b = a]: readonly QualityAttempt[],
): (quality: number) => number {
  const getDeviation = ({ quality, value }: QualityAttempt): number =>
    (value - interpolateValue(search.typicalValues, quality)) / getSpread(search, quality);
  const [deviationA, deviationB] = [getDeviation(a), getDeviation(b)];
  const distance = b.quality - a.quality;
  if (distance === 0) return () => deviationA;
  return (quality) => deviationA + ((quality - a.quality) / distance) * (deviationB - deviationA);
}
