/** An answer by which a host refused a request because there were too many. */
export interface LimitAnswer {
  /** `Retry-After` in milliseconds; undefined when the host named none. */
  retryAfterMs: number | undefined;
  /** When the request that got this answer was sent. */
  sentAt: number;
}

const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 60_000;
/** While no request has succeeded since a pause, probes are sent at most this often. */
const PROBE_INTERVAL_MS = 1000;
/** The estimate counts answers, the host counts requests: a little less than the estimate is sent. */
const SAFETY = 0.95;
const LOWER_FACTOR = 0.7;
const RAISE_FACTOR = 1.05;
/** While the host has refused no pace: the first estimate counts the waits of Pressroom too. */
const SEARCH_FACTOR = 1.25;
const RAISE_AFTER_MS = 10_000;
/** A limit may be lifted: after this long the host is asked for more than it once allowed. */
const CEILING_MS = 300_000;
/** Successes count for about this long: an hour without a limit says nothing of a minute. */
const WINDOW_MS = 60_000;
/** One request a minute, and a thousand a second. */
const MIN_RATE = 1 / 60_000;
const MAX_RATE = 1;

/**
 * How many requests a host takes, learned from its answers: a token bucket of one token, as a larger
 * one would overrun a sliding window. Unlimited until the host first answers 429 or 503. Times are
 * milliseconds since the epoch, rates requests a millisecond.
 */
export class RequestPace {
  /** Undefined while no limit is known. */
  rate: number | undefined;
  pausedUntil = 0;
  /** Pauses since the last success. */
  failedPauses = 0;
  /** The host took fewer than that lately. */
  private ceiling = Infinity;
  private ceilingAt = 0;
  private changedAt = 0;
  private successes = 0;
  /** When the next request may be sent. */
  private nextAt = 0;

  constructor(private windowStart: number) {}

  /** Milliseconds until a request may be sent, at least 0. */
  delay(now: number): number {
    return Math.max(this.pausedUntil, this.nextAt, now) - now;
  }

  /** Milliseconds between two requests; 0 while no limit is known. */
  get interval(): number {
    const interval = this.rate === undefined ? 0 : 1 / this.rate;
    return this.failedPauses > 0 ? Math.max(interval, PROBE_INTERVAL_MS) : interval;
  }

  /** Takes the token of the time that `delay()` named. */
  takeToken(now: number): void {
    this.nextAt = now + this.delay(now) + this.interval;
  }

  recordSuccess(now: number): void {
    if (this.failedPauses > 0) this.endPause(now);
    this.successes += 1;
    if (now - this.windowStart > WINDOW_MS) {
      this.windowStart = now - WINDOW_MS / 2;
      this.successes /= 2;
    }
    if (this.rate !== undefined && now - this.changedAt > RAISE_AFTER_MS) this.raiseRate(now);
  }

  recordLimit({ retryAfterMs, sentAt }: LimitAnswer, now: number): void {
    const asked = retryAfterMs || undefined;
    // Requests that were under way together are refused together: they say nothing new.
    if (sentAt < this.pausedUntil) {
      this.pausedUntil = Math.max(this.pausedUntil, now + (asked ?? 0));
      return;
    }
    if (this.failedPauses === 0) this.lowerRate(now, asked);
    const backOff = Math.min(FIRST_PAUSE_MS * 2 ** this.failedPauses, MAX_PAUSE_MS);
    const isFirst = this.failedPauses === 0;
    this.failedPauses += 1;
    // A host that names too short a time is not believed twice.
    this.pausedUntil = now + (isFirst ? (asked ?? backOff) : Math.max(asked ?? 0, backOff));
    this.nextAt = this.pausedUntil;
  }

  private lowerRate(now: number, asked: number | undefined): void {
    const elapsed = Math.max(now - this.windowStart, 1);
    if (asked === undefined && this.rate !== undefined) {
      this.setCeiling(this.rate, now);
      this.setRate(this.rate * LOWER_FACTOR, now);
      return;
    }
    if (asked === undefined) {
      this.setRate(this.successes / elapsed / 2, now);
      return;
    }
    // The host takes as many again from the time that it names.
    const measured = Math.max(this.successes, 1) / (elapsed + asked);
    this.setCeiling(measured, now);
    this.setRate(Math.min(measured, this.rate ?? Infinity) * SAFETY, now);
  }

  /** The first success after a pause: it tells how long the host needed at most. No upper limit of the pace. */
  private endPause(now: number): void {
    const measured = Math.max(this.successes, 1) / Math.max(now - this.windowStart, 1);
    if (this.rate === undefined || measured < this.rate) this.setRate(measured * SAFETY, now);
    this.failedPauses = 0;
    this.windowStart = now;
    this.successes = 0;
  }

  private raiseRate(now: number): void {
    if (now - this.ceilingAt > CEILING_MS) this.ceiling = Infinity;
    const factor = this.ceiling === Infinity ? SEARCH_FACTOR : RAISE_FACTOR;
    const raised = this.rate! * factor;
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
