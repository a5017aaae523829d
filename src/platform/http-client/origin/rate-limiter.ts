import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { AppError } from '../../errors/app-error.js';
import { HttpStatusError } from '../response/http-status-error.js';
import { OutboundError, RateLimitedError } from '../outbound-errors.js';
import type { AdaptiveRate } from './adaptive-rate.js';

/** Maximum wait in memory. Images with a longer wait return to PostgreSQL. */
const MAX_WAIT_MS = 3000;
/** Images return this long before their turn and wait in memory, so every token is used. */
const EARLY_RETURN_MS = 2000;
const MIN_RETURN_MS = 250;
/**
 * Ratio of the return rate to the request rate. Above 1, because the request rate may rise and the host
 * must not become idle.
 */
const RETURN_RATIO = 1.5;
/** Interval between returning images while the rate is unknown. */
const PROBE_SPACING_MS = 100;
/** Maximum wait after a host accepts requests again. It is longer when many images are waiting. */
const MAX_RETURN_MS = 20_000;
/**
 * Interval between returning images when many are waiting. Each return loads the database, so at most 200
 * images return per second.
 */
const RETURN_SPREAD_MS = 5;
/**
 * Maximum number of rejections of one URL while other URLs of the host succeed. The next error is
 * final.
 */
const MAX_REJECTIONS = 5;
/** Number of pauses without a success after which a host counts as down (5 min). */
const MAX_FAILED_PAUSES = 10;
/** Like `MAX_FAILED_PAUSES`, but for status 503, which servers also send while they are down (30 s). */
const MAX_FAILED_PAUSES_FOR_503 = 5;
/** Maximum number of URLs per host whose rejections are counted. */
const MAX_COUNTED_URLS = 1000;

/**
 * Keeps the downloads from one host within the rate that it allows. A rate limit (429, 503 and others)
 * pauses the whole host and is not counted as an attempt. `AdaptiveRate` learns the rate.
 */
export class RateLimiter {
  /** Number of images that were deferred and have not returned yet. */
  private deferredCount = 0;
  /** Number of rate-limit responses by URL hash. A URL can be 8 KB long. */
  private readonly rejectionsByUrl = new Map<string, number>();

  constructor(
    private readonly host: string,
    private readonly adaptiveRate: AdaptiveRate,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Waits until the host accepts a request, for at most 3 s.
   * @returns the token, which is the end of the latest pause; undefined while no limit is known. The next
   *   pause revokes the token.
   * @throws RateLimitedError when the wait would be longer; the reason of `signal`
   */
  async acquireToken(signal: AbortSignal | undefined): Promise<number | undefined> {
    this.deferredCount = Math.max(0, this.deferredCount - 1);
    if (!this.isLimited) return undefined;
    const delayMs = this.adaptiveRate.getDelayMs(this.now());
    if (delayMs > MAX_WAIT_MS) throw this.deferImage();
    this.adaptiveRate.takeToken(this.now());
    const token = this.adaptiveRate.pausedUntil;
    if (delayMs > 0)
      await setTimeout(delayMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
    return token;
  }

  /**
   * Runs `send`, unless the host was paused after the token was acquired.
   * @throws RateLimitedError, or the error of `send`
   */
  async runLimited<T>(url: string, token: number | undefined, send: () => Promise<T>): Promise<T> {
    const { adaptiveRate } = this;
    const now = this.now();
    const isAllowed =
      token === undefined
        ? !this.isLimited || adaptiveRate.getDelayMs(now) === 0
        : token === adaptiveRate.pausedUntil;
    if (adaptiveRate.pausedUntil > now || !isAllowed) throw this.deferImage();
    if (token === undefined) adaptiveRate.takeToken(this.now());
    const sentAt = this.now();
    try {
      const result = await send();
      adaptiveRate.recordSuccess(sentAt, this.now());
      if (this.rejectionsByUrl.size > 0) this.rejectionsByUrl.delete(hashUrl(url));
      return result;
    } catch (error) {
      throw this.recordError(url, error, sentAt);
    }
  }

  private get isLimited(): boolean {
    return this.adaptiveRate.rate !== undefined || this.adaptiveRate.failedPauseCount > 0;
  }

  private recordError(url: string, error: unknown, sentAt: number): unknown {
    if (!(error instanceof HttpStatusError)) return error;
    const { adaptiveRate } = this;
    if (!error.isRateLimit) {
      adaptiveRate.recordSuccess(sentAt, this.now());
      return error;
    }
    const rejectionCount = this.rejectionsByUrl.get(hashUrl(url)) ?? 0;
    const hasOtherSuccesses = adaptiveRate.failedPauseCount === 0;
    if (hasOtherSuccesses && rejectionCount >= MAX_REJECTIONS) return error;
    if (this.rejectionsByUrl.size >= MAX_COUNTED_URLS) this.rejectionsByUrl.clear();
    this.rejectionsByUrl.set(hashUrl(url), rejectionCount + 1);
    adaptiveRate.recordLimit({ retryAfterMs: error.retryAfterMs, sentAt }, this.now());
    const maxPauses = error.httpStatus === 503 ? MAX_FAILED_PAUSES_FOR_503 : MAX_FAILED_PAUSES;
    const isDown = adaptiveRate.failedPauseCount > maxPauses;
    return isDown ? toCountedError(error, adaptiveRate.getDelayMs(this.now())) : this.deferImage();
  }

  private deferImage(): RateLimitedError {
    const { adaptiveRate, deferredCount } = this;
    const hostDelayMs = adaptiveRate.getDelayMs(this.now());
    const spacingMs = adaptiveRate.rate === undefined ? PROBE_SPACING_MS : 1 / adaptiveRate.rate;
    const turnDelayMs = (deferredCount * spacingMs) / RETURN_RATIO;
    const maxReturnMs = Math.max(MAX_RETURN_MS, deferredCount * RETURN_SPREAD_MS);
    const delayMs =
      hostDelayMs +
      (turnDelayMs <= maxReturnMs ? turnDelayMs : maxReturnMs * (0.5 + Math.random() / 2));
    this.deferredCount += 1;
    const requestsPerMinute =
      adaptiveRate.rate === undefined ? undefined : adaptiveRate.rate * 60_000;
    return new RateLimitedError(
      this.host,
      Math.max(delayMs - EARLY_RETURN_MS, MIN_RETURN_MS),
      requestsPerMinute,
    );
  }
}

const hashUrl = (url: string): string =>
  createHash('sha256').update(url).digest('base64').slice(0, 16);

/**
 * Returns an error that counts as an attempt. The image is retried after the pause, so each pause costs at
 * most one attempt.
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
