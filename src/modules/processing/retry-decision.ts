import { AppError } from '../../platform/errors/app-error.js';
import { toDatabaseUnavailableError } from '../../platform/errors/database-unavailable.error.js';
import { exponentialDelay, withJitter } from '../../platform/concurrency/backoff.js';
import { MAX_RETRY_AFTER_MS } from '../../platform/http-client/response/retry-after.js';
import { PoisonImageError } from '../../platform/compression/image-errors.js';
import type { FailedResult, RetryResult } from './image-result.js';
import { COMMON_ERRORS } from '../../platform/errors/error-table.js';

export interface RetryLimits {
  maxAttempts: number;
  /** Delay before the second attempt, in milliseconds. Each later delay is five times longer. */
  firstDelayMs: number;
}

/** Factor from one delay to the next. */
const BACKOFF_FACTOR = 5;
const JITTER = { minus: 0.2, plus: 0.2 };
/** Delay after an uncounted attempt. */
const UNCOUNTED_DELAY_MS = 5000;

/** Decides whether to retry an image that failed with `error` in attempt `attemptNumber` (from 1). */
export function decideRetry(
  error: unknown,
  attemptNumber: number,
  limits: RetryLimits,
  random: () => number = Math.random,
): RetryResult | FailedResult {
  const { code, message, retry, retryAfterMs } = describeError(error);
  if (retry === 'uncounted')
    return { status: 'retry', delayMs: retryAfterMs ?? UNCOUNTED_DELAY_MS, isCounted: false };

  const maxAttempts =
    error instanceof PoisonImageError ? PoisonImageError.MAX_ATTEMPTS : limits.maxAttempts;
  if (retry === 'never' || attemptNumber >= maxAttempts) {
    return { status: 'failed', errorCode: code, errorMessage: message };
  }
  const backoff = { firstMs: limits.firstDelayMs, factor: BACKOFF_FACTOR };
  const delayMs = withJitter(exponentialDelay(attemptNumber, backoff), JITTER, random);
  const requestedDelayMs = Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  return { status: 'retry', delayMs: Math.max(delayMs, requestedDelayMs), isCounted: true };
}

/** Returns the code of an error, as `decideRetry()` records it. */
export const getErrorCode = (error: unknown): string => describeError(error).code;

/** Describes any error. Unexpected errors are also retried. */
function describeError(
  error: unknown,
): Pick<AppError, 'code' | 'message' | 'retry' | 'retryAfterMs'> {
  const knownError = error instanceof AppError ? error : toDatabaseUnavailableError(error);
  if (knownError) return knownError;
  return {
    code: COMMON_ERRORS.internal_error.code,
    message:
      'Pressroom could not process this image because of an internal error. See the server log, then retry.',
    retry: 'later',
  };
}
