import { AppError } from '../../platform/errors/app-error.js';
import { asDatabaseUnavailable } from '../../platform/errors/database-unavailable.error.js';
import { PoisonImageError } from '../../platform/compression/image-errors.js';

export interface RetryLimits {
  /** Tries in all. */
  attempts: number;
  /** Milliseconds before the second try; each later one waits five times longer. */
  firstDelayMs: number;
}

export type RetryDecision =
  | { retry: true; delayMs: number; charged: boolean }
  | { retry: false; errorCode: string; errorMessage: string };

/** A fault of ours is looked at again after this long. */
const FREE_DELAY_MS = 5000;
/** What an image's server may ask for with `Retry-After` (RFC 9110, 10.2.3). */
const MAX_RETRY_AFTER_MS = 15 * 60_000;

/** What becomes of an image whose try number `attempts` (from 1) ended in `error`. */
export function decideRetry(
  error: unknown,
  attempts: number,
  limits: RetryLimits,
  random: () => number = Math.random,
): RetryDecision {
  const { code, message, retry, retryAfterMs } = describe(error);
  if (retry === 'free')
    return { retry: true, delayMs: retryAfterMs ?? FREE_DELAY_MS, charged: false };

  const tries = error instanceof PoisonImageError ? PoisonImageError.TRIES : limits.attempts;
  if (retry === 'never' || attempts >= tries) {
    return { retry: false, errorCode: code, errorMessage: message };
  }
  const backOff = limits.firstDelayMs * 5 ** (attempts - 1);
  // Jitter of a fifth: what failed together does not come back together.
  const jittered = backOff * (0.8 + 0.4 * random());
  const asked = Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  return { retry: true, delayMs: Math.max(jittered, asked), charged: true };
}

/** An error that nobody foresaw may pass, so it is tried again like any other; the log has its stack. */
function describe(error: unknown): Pick<AppError, 'code' | 'message' | 'retry' | 'retryAfterMs'> {
  const known = error instanceof AppError ? error : asDatabaseUnavailable(error);
  if (known) return known;
  return {
    code: 'internal_error',
    message: 'Something went wrong on our side while this image was processed; the log says what.',
    retry: 'later',
  };
}
