import { median } from './measurement.js';

/** A sampled quantity and the tolerance within which it counts as flat. */
export interface Series {
  label: string;
  unit: 'MB' | 'ms' | '';
  /** Absolute growth that counts as noise. */
  tolerance: number;
  /** One value per sample, NaN if a process did not respond. */
  values: number[];
}

export interface Trend {
  /** Median of the second quarter of the samples. The first quarter is the warm-up. */
  begin: number;
  /** Median of the last quarter. */
  end: number;
  /** Slope per hour of the least-squares line through the last three quarters. */
  slopePerHour: number;
  /**
   * Maximum `end` that counts as flat: `begin` plus 10% or plus the tolerance, whichever is
   * higher.
   */
  limit: number;
}

const MAX_GROWTH = 1.1;

/** @param times seconds since the first sample, one per value */
export function computeTrend({ values, tolerance }: Series, times: readonly number[]): Trend {
  const quarter = Math.floor(values.length / 4);
  const sliceFinite = (start: number, end: number) =>
    values.slice(start, end).filter(Number.isFinite);
  const begin = median(sliceFinite(quarter, 2 * quarter));
  const end = median(sliceFinite(values.length - quarter, values.length));
  const points = values
    .map((value, i) => [times[i] / 3600, value])
    .slice(quarter)
    .filter(([, value]) => Number.isFinite(value));
  const limit = Math.max(begin * MAX_GROWTH, begin + tolerance);
  return { begin, end, slopePerHour: computeSlope(points), limit };
}

function computeSlope(points: number[][]): number {
  const mean = (axis: number) =>
    points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const sum = (getTerm: (x: number, y: number) => number) =>
    points.reduce((total, [x, y]) => total + getTerm(x - meanX, y - meanY), 0);
  return sum((x, y) => x * y) / sum((x) => x * x);
}
