import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { AppError } from '../errors/app-error.js';
import { HttpStatusError } from './http-status-error.js';
import { OutboundError, RateLimitedError } from './outbound-errors.js';
import type { RequestPace } from './request-pace.js';

const LIMIT_STATUSES = new Set([429, 503]);
/** A request that may be sent this soon waits in memory; others return to PostgreSQL. */
const MAX_WAIT_MS = 3000;
/** A returning image waits for the rest in memory, so no token is lost. */
const EARLY_MS = 2000;
const MIN_RETURN_MS = 250;
/** Images return a little faster than the pace, which may rise meanwhile: the host must not idle. */
const RETURN_RATIO = 1.5;
/** While the pace is unknown. */
const PROBE_SPACING_MS = 100;
/** No image waits longer than this after its host takes requests again, */
const MAX_RETURN_MS = 20_000;
/** except when many wait, because each return costs the database: 200 a second. */
const RETURN_SPREAD_MS = 5;
/** A URL with this many refusals, while others of its host succeed, has a fault of its own. */
const MAX_REFUSALS = 5;
/** A host that has refused everything for this many pauses (5 min and 30 s) is down, not busy. */
const MAX_FAILED_PAUSES: Record<number, number> = { 429: 10, 503: 5 };
/** URLs whose refusals are counted for one host. */
const MAX_LIMITED_URLS = 1000;

/**
 * Keeps the downloads of one host within the rate that it allows. 429 and 503 pause the whole host and
 * cost the image no attempt; the pace adapts (RequestPace).
 */
export class RateLimiter {
  /** Images that were deferred and have not returned yet. */
  private deferred = 0;
  /** How often a URL was answered 429 or 503, by a hash: URLs may have 8 KB. */
  private readonly refusals = new Map<string, number>();

  constructor(
    private readonly host: string,
    private readonly pace: RequestPace,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Waits until the host takes a request, at most 3 s.
   * @returns whether the request holds a token of a host with a known limit
   * @throws RateLimitedError when the host takes none for longer; the reason of `signal`
   */
  async acquireToken(signal: AbortSignal | undefined): Promise<boolean> {
    this.deferred = Math.max(0, this.deferred - 1);
    if (!this.isLimited) return false;
    const delay = this.pace.delay(this.now());
    if (delay > MAX_WAIT_MS) throw this.defer();
    this.pace.takeToken(this.now());
    if (delay > 0)
      await setTimeout(delay, undefined, { signal }).catch(() => signal?.throwIfAborted());
    return true;
  }

  /**
   * Runs `send`, unless the host began a pause while this download waited for a slot.
   * @throws RateLimitedError, or what `send` throws
   */
  async runLimited<T>(url: string, hasToken: boolean, send: () => Promise<T>): Promise<T> {
    const { pace } = this;
    const isPaused = pace.pausedUntil > this.now();
    if (isPaused || (!hasToken && this.isLimited && pace.delay(this.now()) > 0)) {
      throw this.defer();
    }
    if (!hasToken) pace.takeToken(this.now());
    const sentAt = this.now();
    try {
      const result = await send();
      pace.recordSuccess(this.now());
      if (this.refusals.size > 0) this.refusals.delete(keyOf(url));
      return result;
    } catch (error) {
      throw this.recordError(url, error, sentAt);
    }
  }

  private get isLimited(): boolean {
    return this.pace.rate !== undefined || this.pace.failedPauses > 0;
  }

  private recordError(url: string, error: unknown, sentAt: number): unknown {
    if (!(error instanceof HttpStatusError)) return error;
    const { pace } = this;
    if (!LIMIT_STATUSES.has(error.httpStatus)) {
      pace.recordSuccess(this.now());
      return error;
    }
    const refusals = this.refusals.get(keyOf(url)) ?? 0;
    const othersSucceed = pace.failedPauses === 0;
    if (othersSucceed && refusals >= MAX_REFUSALS) return error;
    if (this.refusals.size >= MAX_LIMITED_URLS) this.refusals.clear();
    this.refusals.set(keyOf(url), refusals + 1);
    pace.recordLimit({ retryAfterMs: error.retryAfterMs, sentAt }, this.now());
    const isDown = pace.failedPauses > MAX_FAILED_PAUSES[error.httpStatus];
    return isDown ? counted(error, pace.delay(this.now())) : this.defer();
  }

  private defer(): RateLimitedError {
    const { pace, deferred } = this;
    const first = pace.delay(this.now());
    const spacing = pace.rate === undefined ? PROBE_SPACING_MS : 1 / pace.rate;
    const inTurn = (deferred * spacing) / RETURN_RATIO;
    const longest = Math.max(MAX_RETURN_MS, deferred * RETURN_SPREAD_MS);
    const delay = first + (inTurn <= longest ? inTurn : longest * (0.5 + Math.random() / 2));
    this.deferred += 1;
    const perMinute = pace.rate === undefined ? undefined : pace.rate * 60_000;
    return new RateLimitedError(this.host, Math.max(delay - EARLY_MS, MIN_RETURN_MS), perMinute);
  }
}

const keyOf = (url: string): string =>
  createHash('sha256').update(url).digest('base64').slice(0, 16);

/** Not before the pause ends: an image spends at most one attempt on a pause. */
function counted({ definition, message, details }: AppError, retryAfterMs: number): OutboundError {
  return new OutboundError(definition, {
    status: 502,
    message,
    details,
    retry: 'later',
    retryAfterMs,
  });
}
