import { AppError } from '../../platform/errors/app-error.js';
import type { DeliveryStatus } from '../../platform/database/states.js';
import type { PostResponse } from '../../platform/http-client/poster.js';
import { getDelayBeforeNextAttempt } from './retry-schedule.js';
import { ROW_ERRORS } from '../../platform/catalog/row-error-table.js';
import { OUTBOUND_ERRORS } from '../../platform/http-client/error-table.js';
import { WEBHOOK_ERRORS } from './error-table.js';

/** Result of a delivery attempt. */
export interface AttemptResult {
  status: Exclude<DeliveryStatus, 'delivering'>;
  /** Delay before the next attempt, if the status is `pending`. */
  delayMs: number;
  error: { code: string; message: string } | null;
}

/** Errors in the URL or the secret. Another attempt cannot fix them. */
const PERMANENT_CODES = new Set<string>([
  ROW_ERRORS.url_invalid.code,
  OUTBOUND_ERRORS.address_denied.code,
  WEBHOOK_ERRORS.webhook_secret_unusable.code,
]);

/** Classifies a response: 2xx is a success, 410 disables the delivery, and any other status is retried. */
export function classifyResponse(
  { status, retryAfterMs }: PostResponse,
  attemptCount: number,
  schedule: number[],
): AttemptResult {
  if (status >= 200 && status < 300) return { status: 'delivered', delayMs: 0, error: null };

  const { code } = OUTBOUND_ERRORS.http_NNN.withPart(status);
  const error = { code, message: describeStatus(status) };
  if (status === 410) return { status: 'disabled', delayMs: 0, error };
  return scheduleRetry(error, attemptCount, schedule, retryAfterMs);
}

/** Classifies a call without a response. */
export function classifyFailure(
  failure: AppError,
  attemptCount: number,
  schedule: number[],
): AttemptResult {
  const error = { code: failure.code, message: failure.message };
  if (PERMANENT_CODES.has(failure.code)) return { status: 'failed', delayMs: 0, error };
  return scheduleRetry(error, attemptCount, schedule, failure.retryAfterMs);
}

function scheduleRetry(
  error: AttemptResult['error'],
  attemptCount: number,
  schedule: number[],
  retryAfterMs?: number,
): AttemptResult {
  const delayMs = getDelayBeforeNextAttempt(schedule, attemptCount, retryAfterMs);
  return delayMs === undefined
    ? { status: 'failed', delayMs: 0, error }
    : { status: 'pending', delayMs, error };
}

function describeStatus(status: number): string {
  if (status === 410)
    return 'The receiver returned 410 Gone, so Pressroom stops this delivery. Resend it when the URL works again.';
  if (status >= 300 && status < 400) {
    return `The receiver returned ${status}. Redirects are not followed. Use the final URL, after all redirects, as webhook_url.`;
  }
  return `The receiver returned ${status}. Return a status of 200 to 299 to accept the delivery.`;
}
