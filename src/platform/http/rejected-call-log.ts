import type { Logger } from 'pino';

/** Interval between two log lines. */
const REPORT_INTERVAL_MS = 10_000;

/** Calls `work` after `ms`. The timer must not keep the process alive. */
export type Schedule = (work: () => void, ms: number) => void;

const scheduleUnrefTimer: Schedule = (work, ms) => void setTimeout(work, ms).unref();

/**
 * Logs calls that the rate limit rejects: the first one immediately, then their number every ten
 * seconds. One line per call would let a client without a key fill the disk.
 */
export class RejectedCallLog {
  private callCount = 0;
  private isScheduled = false;

  constructor(
    private readonly logger: Logger,
    private readonly schedule: Schedule = scheduleUnrefTimer,
  ) {}

  /**
   * Counts a call.
   * @returns true if it is the first call after a quiet interval; the caller logs it
   */
  recordCall(): boolean {
    if (this.isScheduled) {
      this.callCount += 1;
      return false;
    }
    this.scheduleReport();
    return true;
  }

  private scheduleReport(): void {
    this.isScheduled = true;
    this.schedule(() => this.reportCalls(), REPORT_INTERVAL_MS);
  }

  private reportCalls(): void {
    const { callCount } = this;
    this.callCount = 0;
    this.isScheduled = false;
    if (callCount === 0) return;
    this.logger.info(
      { calls: callCount, seconds: REPORT_INTERVAL_MS / 1000 },
      'Rate limit rejected further calls',
    );
    // The next interval follows immediately, so a flood of calls gets one line per interval.
    this.scheduleReport();
  }
}
