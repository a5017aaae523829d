/** What a request's row says of its images. */
export interface Counters {
  total: number;
  completed: number;
  failed: number;
  cancelled: number;
  bytesIn: number;
  bytesOut: number;
  startedAt: Date | null;
  completedAt: Date | null;
}

export interface Pace {
  /** Of all images, those in a final state; 100 only when there is none left. One decimal. */
  percent: number;
  /** Percent of the source bytes that are not in the artifacts. One decimal. */
  savedPercent: number;
  /** Mean since the first image was begun. Two decimals. */
  imagesPerSecond: number;
  /** At that speed; 0 when finished, null while nothing can be said. */
  etaSeconds: number | null;
}

export function paceOf(counters: Counters, now: Date): Pace {
  const { total, bytesIn, bytesOut, startedAt, completedAt } = counters;
  const done = counters.completed + counters.failed + counters.cancelled;
  const end = completedAt ?? now;
  // The clocks of the app and of PostgreSQL may differ: a start in the future is no time at all.
  const seconds = startedAt ? Math.max(0, (end.getTime() - startedAt.getTime()) / 1000) : 0;
  const perSecond = seconds > 0 ? done / seconds : 0;
  return {
    percent: total > 0 ? Math.floor((done / total) * 1000) / 10 : 0,
    savedPercent: savedPercent(bytesIn, bytesOut),
    imagesPerSecond: Math.round(perSecond * 100) / 100,
    etaSeconds: eta(total - done, perSecond, completedAt !== null),
  };
}

export function savedPercent(bytesIn: number, bytesOut: number): number {
  return bytesIn > 0 ? Math.round((1 - bytesOut / bytesIn) * 1000) / 10 : 0;
}

function eta(left: number, perSecond: number, ended: boolean): number | null {
  if (ended || left <= 0) return 0;
  return perSecond > 0 ? Math.ceil(left / perSecond) : null;
}
