/** Counters and times of a request. */
export interface ProgressCounters {
  total: number;
  completed: number;
  failed: number;
  cancelled: number;
  bytesIn: number;
  bytesOut: number;
  startedAt: Date | null;
  /** Time of the last retry. */
  retriedAt: Date | null;
  /** Number of images that were completed before the last retry. */
  completedBeforeRetry: number;
  /** Time at which the last image that is waiting for another attempt may start. */
  waitsUntil: Date | null;
  completedAt: Date | null;
}

export interface Progress {
  /** Percentage of images that are completed or failed, with one decimal place. 100 only if no image remains. */
  percent: number;
  /** Percentage of source bytes that were saved, with one decimal place. */
  savedPercent: number;
  /** Average number of images per second since the first image or the retry started, with two decimal places. */
  imagesPerSecond: number;
  /** Estimated remaining seconds at that rate, at least until all images may start. Null while unknown. */
  etaSeconds: number | null;
}

export function computeProgress(counters: ProgressCounters, now: Date): Progress {
  const { total, completedBeforeRetry, bytesIn, bytesOut, completedAt, waitsUntil } = counters;
  const endedImageCount = counters.completed + counters.failed;
  const seconds = computeRunSeconds(counters, now);
  const imagesPerSecond = seconds > 0 ? (endedImageCount - completedBeforeRetry) / seconds : 0;
  const waitSeconds = waitsUntil ? (waitsUntil.getTime() - now.getTime()) / 1000 : 0;
  return {
    percent: total > 0 ? Math.floor((endedImageCount / total) * 1000) / 10 : 0,
    savedPercent: computeSavedPercent(bytesIn, bytesOut),
    imagesPerSecond: Math.round(imagesPerSecond * 100) / 100,
    etaSeconds: completedAt
      ? 0
      : estimateSeconds(total - endedImageCount, imagesPerSecond, waitSeconds),
  };
}

/** Returns the duration of the current run. The time between two runs does not count. */
function computeRunSeconds(
  { startedAt, retriedAt, completedAt }: ProgressCounters,
  now: Date,
): number {
  const start = retriedAt ?? startedAt;
  const end = completedAt ?? now;
  // The clocks of the app and PostgreSQL may differ. A start in the future counts as zero seconds.
  return start ? Math.max(0, (end.getTime() - start.getTime()) / 1000) : 0;
}

export function computeSavedPercent(bytesIn: number, bytesOut: number): number {
  return bytesIn > 0 ? Math.round((1 - bytesOut / bytesIn) * 1000) / 10 : 0;
}

function estimateSeconds(
  remainingImageCount: number,
  imagesPerSecond: number,
  waitSeconds: number,
): number | null {
  if (remainingImageCount <= 0) return 0;
  return imagesPerSecond > 0
    ? Math.ceil(Math.max(remainingImageCount / imagesPerSecond, waitSeconds))
    : null;
}
