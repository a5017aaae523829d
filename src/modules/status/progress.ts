/** Counters and times of a request's row. */
export interface Counters {
  total: number;
  completed: number;
  failed: number;
  cancelled: number;
  bytesIn: number;
  bytesOut: number;
  startedAt: Date | null;
  /** Time of the last retry, and the number of images completed before it. */
  retriedAt: Date | null;
  kept: number;
  /** Time at which the last image that waits for another attempt may start. */
  waitsUntil: Date | null;
  completedAt: Date | null;
}

export interface Pace {
  /** Percentage of images that are completed or failed, with one decimal. 100 only when no image is left. */
  percent: number;
  /** Percentage of source bytes that were saved, with one decimal. */
  savedPercent: number;
  /** Mean images per second since the first image started or since the retry, with two decimals. */
  imagesPerSecond: number;
  /** Estimated seconds left at that speed, at least until all images may start. 0 when finished, null while unknown. */
  etaSeconds: number | null;
}

export function computePace(counters: Counters, now: Date): Pace {
  const { total, kept, bytesIn, bytesOut, completedAt, waitsUntil } = counters;
  const done = counters.completed + counters.failed;
  const seconds = countWorkSeconds(counters, now);
  const perSecond = seconds > 0 ? (done - kept) / seconds : 0;
  const waiting = waitsUntil ? (waitsUntil.getTime() - now.getTime()) / 1000 : 0;
  return {
    percent: total > 0 ? Math.floor((done / total) * 1000) / 10 : 0,
    savedPercent: savedPercent(bytesIn, bytesOut),
    imagesPerSecond: Math.round(perSecond * 100) / 100,
    etaSeconds: completedAt ? 0 : eta(total - done, perSecond, waiting),
  };
}

/** Start of this run. The pause before a retry does not count. */
function countWorkSeconds({ startedAt, retriedAt, completedAt }: Counters, now: Date): number {
  const begin = retriedAt ?? startedAt;
  const end = completedAt ?? now;
  // The clocks of the app and PostgreSQL may differ. A start in the future counts as zero seconds.
  return begin ? Math.max(0, (end.getTime() - begin.getTime()) / 1000) : 0;
}

export function savedPercent(bytesIn: number, bytesOut: number): number {
  return bytesIn > 0 ? Math.round((1 - bytesOut / bytesIn) * 1000) / 10 : 0;
}

function eta(left: number, perSecond: number, waiting: number): number | null {
  if (left <= 0) return 0;
  return perSecond > 0 ? Math.ceil(Math.max(left / perSecond, waiting)) : null;
}
