/** A response that rejects a request because the host received too many requests. */
export interface RateLimitResponse {
  /** `Retry-After` in milliseconds; undefined without the header. */
  retryAfterMs: number | undefined;
  /** Time at which the rejected request was sent. */
  sentAt: number;
}

const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 60_000;
/** Minimum interval between probes while no request has succeeded since a pause. */
const PROBE_INTERVAL_MS = 1000;
/**
 * Ratio of the sending rate to the estimated rate. The estimate counts responses, but the host counts requests.
 */
const SAFETY_FACTOR = 0.95;
const LOWER_FACTOR = 0.7;
const RAISE_FACTOR = 1.05;
/**
 * Factor that raises a rate far below the rejected rate. Estimates may be much too low, because they
 * include the time in which Pressroom waited.
 */
const SEARCH_FACTOR = 1.25;
const RAISE_AFTER_MS = 10_000;
/** Time after which the ceiling expires, because the host may have raised its limit. */
const CEILING_EXPIRY_MS = 300_000;
/** Approximate window in which successes count. Older successes say nothing about the current limit. */
const WINDOW_MS = 60_000;
/** One request per minute, and one thousand per second. */
const MIN_RATE = 1 / 60_000;
const MAX_RATE = 1;

/**
 * Learns the request rate that a host allows from its responses. Uses a token bucket with one token,
 * because a larger bucket would exceed a sliding window. The rate is unlimited until the first rejection.
 * Times are milliseconds since the epoch. Rates are requests per millisecond.
 */
export class AdaptiveRate {
  /** Undefined while no limit is known. */
  rate: number | undefined;
  pausedUntil = 0;
  /** Number of consecutive pauses after which no request has succeeded. */
  failedPauseCount = 0;
  /** Rate that the host rejected recently. */
  private ceiling = Infinity;
  private ceilingSetAt = 0;
  private rateChangedAt = 0;
  /** Rate before a first pause with `Retry-After`, otherwise undefined. Infinity if no limit was known. */
  private rateBeforePause: number | undefined;
  private successCount = 0;
  /** Earliest time of the next request. */
  private nextRequestAt = 0;

  constructor(private windowStart: number) {}

  /** Returns the milliseconds until a request may be sent, at least 0. */
  getDelayMs(now: number): number {
    return Math.max(this.pausedUntil, this.nextRequestAt, now) - now;
  }

  /** Interval between two requests in milliseconds; 0 while no limit is known. */
  get intervalMs(): number {
    const intervalMs = this.rate === undefined ? 0 : 1 / this.rate;
    return this.failedPauseCount > 0 ? Math.max(intervalMs, PROBE_INTERVAL_MS) : intervalMs;
  }

  /** Takes the token that becomes available after `getDelayMs()`. */
  takeToken(now: number): void {
    this.nextRequestAt = now + this.getDelayMs(now) + this.intervalMs;
  }

  /** @param sentAt time at which the accepted request was sent */
  recordSuccess(sentAt: number, now: number): void {
    // A response to a request from before the pause does not show that the host accepts requests again.
    const wasSentBeforePause = this.failedPauseCount > 0 && sentAt < this.pausedUntil;
    if (this.failedPauseCount > 0 && !wasSentBeforePause) this.endPause(now);
    this.successCount += 1;
    if (now - this.windowStart > WINDOW_MS) {
      this.windowStart = now - WINDOW_MS / 2;
      this.successCount /= 2;
    }
    if (wasSentBeforePause) this.estimateRate(now);
    else if (now - this.rateChangedAt > RAISE_AFTER_MS) this.raiseRate(now);
  }

  recordLimit({ retryAfterMs, sentAt }: RateLimitResponse, now: number): void {
    const requestedMs = retryAfterMs || undefined;
    // Concurrent requests are rejected together and add no information.
    if (sentAt < this.pausedUntil) {
      this.pausedUntil = Math.max(this.pausedUntil, now + (requestedMs ?? 0));
      return;
    }
    const backOffMs = Math.min(FIRST_PAUSE_MS * 2 ** this.failedPauseCount, MAX_PAUSE_MS);
    const isFirstPause = this.failedPauseCount === 0;
    this.failedPauseCount += 1;
    // After a second pause, `Retry-After` can only lengthen the back-off.
    this.pausedUntil =
      now + (isFirstPause ? (requestedMs ?? backOffMs) : Math.max(requestedMs ?? 0, backOffMs));
    this.nextRequestAt = this.pausedUntil;
    this.rateBeforePause =
      isFirstPause && requestedMs !== undefined ? (this.rate ?? Infinity) : undefined;
    if (isFirstPause) this.lowerRate(now, requestedMs);
  }

  private lowerRate(now: number, requestedMs: number | undefined): void {
    if (requestedMs !== undefined) {
      this.estimateRate(now);
    } else if (this.rate === undefined) {
      this.setRate(this.successCount / Math.max(now - this.windowStart, 1) / 2, now);
    } else {
      this.setCeiling(this.rate, now);
      this.setRate(this.rate * LOWER_FACTOR, now);
    }
  }

  /**
   * Estimates the rate from the successes before a pause with `Retry-After`. After the pause, the host
   * accepts the same number again. Responses to earlier requests may still arrive during the pause.
   */
  private estimateRate(now: number): void {
    if (this.rateBeforePause === undefined) return;
    const measuredRate =
      Math.max(this.successCount, 1) / (Math.max(this.pausedUntil, now) - this.windowStart);
    this.setCeiling(measuredRate, now);
    this.setRate(Math.min(measuredRate, this.rateBeforePause) * SAFETY_FACTOR, now);
  }

  /**
   * Ends a pause at the first success. The host may have needed less time than has elapsed. The measured
   * rate may therefore lower the rate but sets no ceiling.
   */
  private endPause(now: number): void {
    const measuredRate = Math.max(this.successCount, 1) / Math.max(now - this.windowStart, 1);
    if (this.rate === undefined || measuredRate < this.rate)
      this.setRate(measuredRate * SAFETY_FACTOR, now);
    this.failedPauseCount = 0;
    this.rateBeforePause = undefined;
    this.windowStart = now;
    this.successCount = 0;
  }

  private raiseRate(now: number): void {
    if (this.rate === undefined) return;
    if (now - this.ceilingSetAt > CEILING_EXPIRY_MS) this.ceiling = Infinity;
    const isFarBelowCeiling = this.rate < this.ceiling * LOWER_FACTOR;
    const raisedRate = this.rate * (isFarBelowCeiling ? SEARCH_FACTOR : RAISE_FACTOR);
    if (raisedRate <= this.ceiling) this.setRate(raisedRate, now);
  }

  private setCeiling(rate: number, now: number): void {
    this.ceiling = rate;
    this.ceilingSetAt = now;
  }

  private setRate(rate: number, now: number): void {
    this.rate = Math.min(Math.max(rate, MIN_RATE), MAX_RATE);
    this.rateChangedAt = now;
  }
}
