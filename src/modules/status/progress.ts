/** What a request's row says of its images. */
export interface Counters {
  total: number;
  completed: number;
  failed: number;
  cancelled: number;
  bytesIn: number;
  bytesOut: number;
  startedAt: Date | null;
  /** When what had failed or was cancelled began anew, and how many were completed before that. */
  retriedAt: Date | null;
  kept: number;
  /** When the last of the images that wait for another try may begin. */
  waitsUntil: Date | null;
  completedAt: Date | null;
}

export interface Pace {
  /** Of all images, those completed or failed; 100 only when there is none left. One decimal. */
  percent: number;
  /** Percent of the source bytes that are not in the artifacts. One decimal. */
  savedPercent: number;
  /** Mean since the first image was begun, or since the retry. Two decimals. */
  imagesPerSecond: number;
  /** At that speed, and not before all may begin; 0 when finished, null while nothing can be said. */
  etaSeconds: number | null;
}

export function paceOf(counters: Counters, now: Date): Pace {
  const { total, kept, bytesIn, bytesOut, completedAt, waitsUntil } = counters;
  const done = counters.completed + counters.failed;
  const seconds = secondsOfWork(counters, now);
  const perSecond = seconds > 0 ? (done - kept) / seconds : 0;
  const waiting = waitsUntil ? (waitsUntil.getTime() - now.getTime()) / 1000 : 0;
  return {
    percent: total > 0 ? Math.floor((done / total) * 1000) / 10 : 0,
    savedPercent: savedPercent(bytesIn, bytesOut),
    imagesPerSecond: Math.round(perSecond * 100) / 100,
    etaSeconds: completedAt ? 0 : eta(total - done, perSecond, waiting),
  };
}

/** Of this run: the pause before a retry says nothing of its speed. */
function secondsOfWork({ startedAt, retriedAt, completedAt }: Counters, now: Date): number {
  const begin = retriedAt ?? startedAt;
  const end = completedAt ?? now;
  // The clocks of the app and of PostgreSQL may differ: a start in the future is no time at all.
  return begin ? Math.max(0, (end.getTime() - begin.getTime()) / 1000) : 0;
}

export function savedPercent(bytesIn: number, bytesOut: number): number {
  return bytesIn > 0 ? Math.round((1 - bytesOut / bytesIn) * 1000) / 10 : 0;
}

function eta(left: number, perSecond: number, waiting: number): number | null {
  if (left <= 0) return 0;
  return perSecond > 0 ? Math.ceil(Math.max(left / perSecond, waiting)) : null;
}
