import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { AppError } from '../../errors/app-error.js';
import { HttpStatusError } from '../refusal/http-status-error.js';
import { OutboundError, RateLimitedError } from '../outbound-errors.js';
import type { RequestPace } from './request-pace.js';

/** Maximum wait in memory. Images with a longer wait return to PostgreSQL. */
const MAX_WAIT_MS = 3000;
/** Images return this much before their turn and wait in memory, to use every token. */
const EARLY_MS = 2000;
const MIN_RETURN_MS = 250;
/**
 * Ratio of the return rate to the pace. Below 1, because the pace may rise and the host must not
 * become idle.
 */
const RETURN_RATIO = 1.5;
/** Interval between returning images while the pace is unknown. */
const PROBE_SPACING_MS = 100;
/** Maximum wait after a host accepts requests again. It is longer when many images wait. */
const MAX_RETURN_MS = 20_000;
/**
 * Interval between returning images when many wait. Each return costs the database, so at most 200 per
 * second return.
 */
const RETURN_SPREAD_MS = 5;
/** Number of rejections of a URL, while other URLs of its host succeed, after which its error is final. */
const MAX_REFUSALS = 5;
/** Number of pauses without a success after which a host counts as down (5 min). */
const MAX_FAILED_PAUSES = 10;
/** The same for the status 503, which servers send also while they do not work (30 s). */
const MAX_FAILED_PAUSES_OF_503 = 5;
/** Maximum number of URLs per host whose rejections are counted. */
const MAX_LIMITED_URLS = 1000;

/**
 * Keeps the downloads of one host within the rate that it allows. A rate limit (429, 503 and others) pauses
 * the whole host and counts no attempt. The pace adapts (RequestPace).
 */
export class RateLimiter {
  /** Images that were deferred and have not returned yet. */
  private deferred = 0;
  /** Number of responses of a rate limit by the hash of a URL. URLs may have 8 KB. */
  private readonly refusals = new Map<string, number>();

  constructor(
    private readonly host: string,
    private readonly pace: RequestPace,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Waits until the host accepts a request, at most 3 s.
   * @returns the token, which is the end of the latest pause; undefined while no limit is known. The next
   *   pause revokes the token.
   * @throws RateLimitedError when the wait would be longer; the reason of `signal`
   */
  async acquireToken(signal: AbortSignal | undefined): Promise<number | undefined> {
    this.deferred = Math.max(0, this.deferred - 1);
    if (!this.isLimited) return undefined;
    const delay = this.pace.delay(this.now());
    if (delay > MAX_WAIT_MS) throw this.deferImage();
    this.pace.takeToken(this.now());
    const token = this.pace.pausedUntil;
    if (delay > 0)
      await setTimeout(delay, undefined, { signal }).catch(() => signal?.throwIfAborted());
    return token;
  }

  /**
   * Runs `send`, unless a pause of the host began after the token was taken.
   * @throws RateLimitedError, or the error of `send`
   */
  async runLimited<T>(url: string, token: number | undefined, send: () => Promise<T>): Promise<T> {
    const { pace } = this;
    const now = this.now();
    const isAllowed =
      token === undefined ? !this.isLimited || pace.delay(now) === 0 : token === pace.pausedUntil;
    if (pace.pausedUntil > now || !isAllowed) throw this.deferImage();
    if (token === undefined) pace.takeToken(this.now());
    const sentAt = this.now();
    try {
      const result = await send();
      pace.recordSuccess(sentAt, this.now());
      if (this.refusals.size > 0) this.refusals.delete(hashUrl(url));
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
    if (!error.isRateLimit) {
      pace.recordSuccess(sentAt, this.now());
      return error;
    }
    const refusals = this.refusals.get(hashUrl(url)) ?? 0;
    const othersSucceed = pace.failedPauses === 0;
    if (othersSucceed && refusals >= MAX_REFUSALS) return error;
    if (this.refusals.size >= MAX_LIMITED_URLS) this.refusals.clear();
    this.refusals.set(hashUrl(url), refusals + 1);
    pace.recordLimit({ retryAfterMs: error.retryAfterMs, sentAt }, this.now());
    const maxPauses = error.httpStatus === 503 ? MAX_FAILED_PAUSES_OF_503 : MAX_FAILED_PAUSES;
    const isDown = pace.failedPauses > maxPauses;
    return isDown ? toCountedError(error, pace.delay(this.now())) : this.deferImage();
  }

  private deferImage(): RateLimitedError {
    const { pace, deferred } = this;
    const first = pace.delay(this.now());
    const spacing = pace.rate === undefined ? PROBE_SPACING_MS : 1 / pace.rate;
    const inTurn = (deferred * spacing) / RETURN_RATIO;
    const maxReturnMs = Math.max(MAX_RETURN_MS, deferred * RETURN_SPREAD_MS);
    const delay =
      first + (inTurn <= maxReturnMs ? inTurn : maxReturnMs * (0.5 + Math.random() / 2));
    this.deferred += 1;
    const perMinute = pace.rate === undefined ? undefined : pace.rate * 60_000;
    return new RateLimitedError(this.host, Math.max(delay - EARLY_MS, MIN_RETURN_MS), perMinute);
  }
}

const hashUrl = (url: string): string =>
  createHash('sha256').update(url).digest('base64').slice(0, 16);

/**
 * Returns an error that counts an attempt. The image is retried after the pause, so it spends at most one
 * attempt on a pause.
 */
function toCountedError(
  { definition, message, details }: AppError,
  retryAfterMs: number,
): OutboundError {
  return new OutboundError(definition, {
    status: 502,
    message,
    details,
    retry: 'later',
    retryAfterMs,
  });
}
