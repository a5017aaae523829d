/** So many may always wait, so that a slot that becomes free is used. */
const MIN_WAITING = 2;

/**
 * How many downloads may wait for one host: as many as it has finished lately, so that each waits for
 * about one window (Little's law). There is no limit during the first window.
 */
export class BacklogLimit {
  /** When the count of `finished` began; undefined while the host is idle. */
  private since: number | undefined;
  private finished = 0;
  /** In the window before; unknown in the first. */
  private finishedBefore: number | undefined;

  constructor(
    private readonly windowMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Begins the first window, unless it has begun. */
  recordStart(): void {
    this.advance();
  }

  recordEnd(): void {
    this.advance();
    this.finished += 1;
  }

  get maxWaiting(): number {
    this.advance();
    if (this.finishedBefore === undefined) return Infinity;
    return Math.max(MIN_WAITING, this.finishedBefore + this.finished);
  }

  /** Forgets the windows of a host that has become idle. */
  reset(): void {
    this.since = undefined;
    this.finished = 0;
    this.finishedBefore = undefined;
  }

  private advance(): void {
    this.since ??= this.now();
    const windows = Math.floor((this.now() - this.since) / this.windowMs);
    if (windows === 0) return;
    this.finishedBefore = windows === 1 ? this.finished : 0;
    this.finished = 0;
    this.since += windows * this.windowMs;
  }
}
