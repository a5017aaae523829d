/** A response with which a host rejected a request because there were too many. */
export interface RateLimitResponse {
  /** `Retry-After` in milliseconds; undefined when the host named none. */
  retryAfterMs: number | undefined;
  /** Time at which the rejected request was sent. */
  sentAt: number;
}

const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 60_000;
/** Minimum interval between probes while no request has succeeded since a pause. */
const PROBE_INTERVAL_MS = 1000;
/**
 * Factor of the sending rate to the estimate. The estimate counts responses, but the host counts
 * requests.
 */
const SAFETY = 0.95;
const LOWER_FACTOR = 0.7;
const RAISE_FACTOR = 1.05;
/**
 * Factor of a raise far below each rejected rate. Estimates may be much too low, because they include
 * waits of Pressroom.
 */
const SEARCH_FACTOR = 1.25;
const RAISE_AFTER_MS = 10_000;
/** Time after which the ceiling expires, because the host may have raised its limit. */
const CEILING_MS = 300_000;
/** Window in which successes count, approximately. Older successes say nothing about the current limit. */
const WINDOW_MS = 60_000;
/** One request per minute, and one thousand per second. */
const MIN_RATE = 1 / 60_000;
const MAX_RATE = 1;

/**
 * Learns the request rate that a host allows from its responses. A token bucket with one token, because a
 * larger bucket would exceed a sliding window. Unlimited until the first refusal. Times are
 * milliseconds since the epoch. Rates are requests per millisecond.
 */
export class RequestPace {
  /** Undefined while no limit is known. */
  rate: number | undefined;
  pausedUntil = 0;
  /** Pauses since the last success of a request that was sent after a pause. */
  failedPauses = 0;
  /** Rate that the host rejected recently. */
  private ceiling = Infinity;
  private ceilingAt = 0;
  private changedAt = 0;
  /** Rate before the first pause for `Retry-After`, else undefined. Infinity if no limit was known. */
  private rateBefore: number | undefined;
  private successes = 0;
  /** Earliest time of the next request. */
  private nextAt = 0;

  constructor(private windowStart: number) {}

  /** Returns the milliseconds until a request may be sent, at least 0. */
  delay(now: number): number {
    return Math.max(this.pausedUntil, this.nextAt, now) - now;
  }

  /** Interval between two requests in milliseconds; 0 while no limit is known. */
  get interval(): number {
    const interval = this.rate === undefined ? 0 : 1 / this.rate;
    return this.failedPauses > 0 ? Math.max(interval, PROBE_INTERVAL_MS) : interval;
  }

  /** Takes the token that is available after `delay()`. */
  takeToken(now: number): void {
    this.nextAt = now + this.delay(now) + this.interval;
  }

  /** @param sentAt time at which the accepted request was sent */
  recordSuccess(sentAt: number, now: number): void {
    // A response to a request from before the pause does not show that the host accepts requests again.
    const isPaused = this.failedPauses > 0 && sentAt < this.pausedUntil;
    if (this.failedPauses > 0 && !isPaused) this.endPause(now);
    this.successes += 1;
    if (now - this.windowStart > WINDOW_MS) {
      this.windowStart = now - WINDOW_MS / 2;
      this.successes /= 2;
    }
    if (isPaused) this.estimateRate(now);
    else if (now - this.changedAt > RAISE_AFTER_MS) this.raiseRate(now);
  }

  recordLimit({ retryAfterMs, sentAt }: RateLimitResponse, now: number): void {
    const asked = retryAfterMs || undefined;
    // Concurrent requests are rejected together and add no information.
    if (sentAt < this.pausedUntil) {
      this.pausedUntil = Math.max(this.pausedUntil, now + (asked ?? 0));
      return;
    }
    const backOff = Math.min(FIRST_PAUSE_MS * 2 ** this.failedPauses, MAX_PAUSE_MS);
    const isFirst = this.failedPauses === 0;
    this.failedPauses += 1;
    // After a second pause, `Retry-After` can only lengthen the back-off.
    this.pausedUntil = now + (isFirst ? (asked ?? backOff) : Math.max(asked ?? 0, backOff));
    this.nextAt = this.pausedUntil;
    this.rateBefore = isFirst && asked !== undefined ? (this.rate ?? Infinity) : undefined;
    if (isFirst) this.lowerRate(now, asked);
  }

  private lowerRate(now: number, asked: number | undefined): void {
    if (asked !== undefined) {
      this.estimateRate(now);
    } else if (this.rate === undefined) {
      this.setRate(this.successes / Math.max(now - this.windowStart, 1) / 2, now);
    } else {
      this.setCeiling(this.rate, now);
      this.setRate(this.rate * LOWER_FACTOR, now);
    }
  }

  /**
   * The host accepts as many requests again after `Retry-After`. Successes of requests from before the pause
   * may still arrive during it.
   */
  private estimateRate(now: number): void {
    if (this.rateBefore === undefined) return;
    const measured =
      Math.max(this.successes, 1) / (Math.max(this.pausedUntil, now) - this.windowStart);
    this.setCeiling(measured, now);
    this.setRate(Math.min(measured, this.rateBefore) * SAFETY, now);
  }

  /**
   * Ends a pause at the first success. The elapsed time is the longest that the host needed, so it may
   * lower the rate but sets no ceiling.
   */
  private endPause(now: number): void {
    const measured = Math.max(this.successes, 1) / Math.max(now - this.windowStart, 1);
    if (this.rate === undefined || measured < this.rate) this.setRate(measured * SAFETY, now);
    this.failedPauses = 0;
    this.rateBefore = undefined;
    this.windowStart = now;
    this.successes = 0;
  }

  private raiseRate(now: number): void {
    if (this.rate === undefined) return;
    if (now - this.ceilingAt > CEILING_MS) this.ceiling = Infinity;
    const isFarBelow = this.rate < this.ceiling * LOWER_FACTOR;
    const raised = this.rate * (isFarBelow ? SEARCH_FACTOR : RAISE_FACTOR);
    if (raised <= this.ceiling) this.setRate(raised, now);
  }

  private setCeiling(rate: number, now: number): void {
    this.ceiling = rate;
    this.ceilingAt = now;
  }

  private setRate(rate: number, now: number): void {
    this.rate = Math.min(Math.max(rate, MIN_RATE), MAX_RATE);
    this.changedAt = now;
  }
}
