/** Number of downloads that may always wait, to fill a free slot at once. */
const MIN_WAITING = 2;

/**
 * Limits the number of downloads that wait for a host to the number that it has finished recently.
 * Each then waits for about one window (Little's law). There is no limit during the first window.
 */
export class BacklogLimit {
  /** Start of the current window; undefined while the host is idle. */
  private since: number | undefined;
  private finished = 0;
  /** Number of downloads finished in the previous window; undefined in the first window. */
  private finishedBefore: number | undefined;

  constructor(
    private readonly windowMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Starts the first window, unless it has started. */
  recordStart(): void {
    this.advanceWindow();
  }

  recordEnd(): void {
    this.advanceWindow();
    this.finished += 1;
  }

  get maxWaiting(): number {
    this.advanceWindow();
    if (this.finishedBefore === undefined) return Infinity;
    return Math.max(MIN_WAITING, this.finishedBefore + this.finished);
  }

  /** Clears the windows of a host that has become idle. */
  reset(): void {
    this.since = undefined;
    this.finished = 0;
    this.finishedBefore = undefined;
  }

  private advanceWindow(): void {
    this.since ??= this.now();
    const windows = Math.floor((this.now() - this.since) / this.windowMs);
    if (windows === 0) return;
    this.finishedBefore = windows === 1 ? this.finished : 0;
    this.finished = 0;
    this.since += windows * this.windowMs;
  }
}
