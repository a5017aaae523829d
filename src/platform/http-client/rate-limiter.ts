import { setTimeout } from 'node:timers/promises';
import type { AppError } from '../errors/app-error.js';
import { HttpStatusError } from './http-status-error.js';
import { OutboundError, RateLimitedError } from './outbound-errors.js';
import type { Origin, Origins } from './origins.js';

const LIMIT_STATUSES = new Set([429, 503]);
/** A request that may be sent so soon waits in memory; others go back to PostgreSQL. */
const MAX_WAIT_MS = 3000;
/** An image that comes back waits in memory for the rest, so that no token is lost. */
const EARLY_MS = 2000;
const MIN_RETURN_MS = 250;
/** Images return a little faster than the pace, which may rise meanwhile: a host must not run dry. */
const HASTE = 1.5;
/** While nothing is known of the pace. */
const PROBE_SPACING_MS = 100;
/** Nothing waits longer than this after its host takes requests again, */
const MAX_RETURN_MS = 20_000;
/** except where so many wait that each return costs the database: 200 a second. */
const RETURN_SPREAD_MS = 5;
/** A URL that is refused so often while others of its host succeed has a fault of its own. */
const MAX_LIMIT_ANSWERS = 5;
/** A host that has refused everything for so many pauses (5 min and 30 s) is down, not busy. */
const MAX_FAILED_PAUSES: Record<number, number> = { 429: 10, 503: 5 };

/**
 * Keeps downloads within the rate that their host allows. 429 and 503 pause the whole host and cost
 * the image no attempt; the pace of the host adapts (RequestPace).
 */
export class RateLimiter {
  constructor(
    private readonly origins: Origins,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Waits until the host takes a request, at most 3 s.
   * @returns whether the request holds a token of a host with a known limit
   * @throws RateLimitedError when the host takes none for longer; the reason of `signal`
   */
  async acquire(host: string, signal: AbortSignal | undefined): Promise<boolean> {
    const origin = this.origins.of(host);
    origin.deferred = Math.max(0, origin.deferred - 1);
    if (!isLimited(origin)) return false;
    const delay = origin.pace.delay(this.now());
    if (delay > MAX_WAIT_MS) throw this.defer(origin);
    origin.pace.takeToken(this.now());
    if (delay > 0)
      await setTimeout(delay, undefined, { signal }).catch(() => signal?.throwIfAborted());
    return true;
  }

  /**
   * Runs `send` unless the host began a pause while this download waited for a slot.
   * @throws RateLimitedError, or what `send` throws
   */
  async run<T>(host: string, url: string, hasToken: boolean, send: () => Promise<T>): Promise<T> {
    const origin = this.origins.of(host);
    const { pace } = origin;
    const isPaused = pace.pausedUntil > this.now();
    if (isPaused || (!hasToken && isLimited(origin) && pace.delay(this.now()) > 0)) {
      throw this.defer(origin);
    }
    if (!hasToken) pace.takeToken(this.now());
    const sentAt = this.now();
    try {
      const result = await send();
      pace.recordSuccess(this.now());
      origin.forgetLimitAnswers(url);
      return result;
    } catch (error) {
      throw this.learn(origin, url, error, sentAt);
    }
  }

  private learn(origin: Origin, url: string, error: unknown, sentAt: number): unknown {
    if (!(error instanceof HttpStatusError)) return error;
    const { pace } = origin;
    if (!LIMIT_STATUSES.has(error.httpStatus)) {
      pace.recordSuccess(this.now());
      return error;
    }
    const othersSucceed = pace.failedPauses === 0;
    if (othersSucceed && origin.limitAnswersOf(url) >= MAX_LIMIT_ANSWERS) return error;
    origin.addLimitAnswer(url);
    pace.recordLimit({ retryAfterMs: error.retryAfterMs, sentAt }, this.now());
    const isDown = pace.failedPauses > MAX_FAILED_PAUSES[error.httpStatus];
    return isDown ? counted(error, pace.delay(this.now())) : this.defer(origin);
  }

  private defer(origin: Origin): RateLimitedError {
    const { pace, deferred } = origin;
    const first = pace.delay(this.now());
    const inTurn = (deferred * this.spacing(origin)) / HASTE;
    const longest = Math.max(MAX_RETURN_MS, deferred * RETURN_SPREAD_MS);
    const delay = first + (inTurn <= longest ? inTurn : longest * (0.5 + Math.random() / 2));
    origin.deferred += 1;
    const perMinute = pace.rate === undefined ? undefined : pace.rate * 60_000;
    return new RateLimitedError(origin.host, Math.max(delay - EARLY_MS, MIN_RETURN_MS), perMinute);
  }

  private spacing({ pace }: Origin): number {
    return pace.rate === undefined ? PROBE_SPACING_MS : 1 / pace.rate;
  }
}

const isLimited = ({ pace }: Origin): boolean => pace.rate !== undefined || pace.failedPauses > 0;

/** Not before the pause ends: an image spends one attempt a pause at most. */
function counted({ definition, message, details }: AppError, retryAfterMs: number): OutboundError {
  return new OutboundError(definition, {
    status: 502,
    message,
    details,
    retry: 'later',
    retryAfterMs,
  });
}
