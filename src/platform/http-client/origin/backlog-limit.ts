/** Number of downloads that may always wait, to fill a free slot immediately. */
const MIN_WAITING = 2;

/**
 * Limits the number of downloads that wait for a host to the number that it finished recently.
 * Each download waits for about one window (Little's law). There is no limit during the first window.
 */
export class BacklogLimit {
  /** Start of the current window; undefined while the host is idle. */
  private windowStart: number | undefined;
  private finishedCount = 0;
  /** Number of downloads finished in the previous window; undefined in the first window. */
  private previousFinishedCount: number | undefined;

  constructor(
    private readonly windowMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Starts the first window, unless it has already started. */
  recordStart(): void {
    this.advanceWindow();
  }

  recordEnd(): void {
    this.advanceWindow();
    this.finishedCount += 1;
  }

  get maxWaitingDownloads(): number {
    this.advanceWindow();
    if (this.previousFinishedCount === undefined) return Infinity;
    return Math.max(MIN_WAITING, this.previousFinishedCount + this.finishedCount);
  }

  /** Clears the windows of a host that has become idle. */
  reset(): void {
    this.windowStart = undefined;
    this.finishedCount = 0;
    this.previousFinishedCount = undefined;
  }

  private advanceWindow(): void {
    this.windowStart ??= this.now();
    const elapsedWindowCount = Math.floor((this.now() - this.windowStart) / this.windowMs);
    if (elapsedWindowCount === 0) return;
    this.previousFinishedCount = elapsedWindowCount === 1 ? this.finishedCount : 0;
    this.finishedCount = 0;
    this.windowStart += elapsedWindowCount * this.windowMs;
  }
}
