import type { Logger } from 'pino';

/** Length of one interval. */
const INTERVAL_MS = 10_000;

/** Clock and timer. The timer must not keep the process alive. */
export type Schedule = (work: () => void, ms: number) => void;

const scheduleUnref: Schedule = (work, ms) => void setTimeout(work, ms).unref();

/**
 * Logs calls that the rate limit rejects: the first one immediately, then their number every ten
 * seconds. One line per call would let a client without a key fill the disk.
 */
export class RejectedCalls {
  private count = 0;
  private isScheduled = false;

  constructor(
    private readonly logger: Logger,
    private readonly schedule: Schedule = scheduleUnref,
  ) {}

  /**
   * Counts a call.
   * @returns whether it is the first one after a quiet interval, which gets its own line
   */
  isFirst(): boolean {
    if (this.isScheduled) {
      this.count += 1;
      return false;
    }
    this.scheduleReport();
    return true;
  }

  private scheduleReport(): void {
    this.isScheduled = true;
    this.schedule(() => this.report(), INTERVAL_MS);
  }

  private report(): void {
    const { count } = this;
    this.count = 0;
    this.isScheduled = false;
    if (count === 0) return;
    this.logger.info(
      { calls: count, seconds: INTERVAL_MS / 1000 },
      'Rate limit rejected further calls',
    );
    // The next interval follows immediately, so a flood of calls gets one line per interval.
    this.scheduleReport();
  }
}
