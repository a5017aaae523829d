import { AppError } from '../../platform/errors/app-error.js';
import type { DeliveryStatus } from '../../platform/database/states.js';
import type { PostResponse } from '../../platform/http-client/poster.js';
import { getDelayBeforeNextAttempt } from './retry-schedule.js';
import { ROW_ERRORS } from '../../platform/catalog/row-error-table.js';
import { OUTBOUND_ERRORS } from '../../platform/http-client/error-table.js';
import { WEBHOOK_ERRORS } from './error-table.js';

/** Result of an attempt. */
export interface Verdict {
  status: Exclude<DeliveryStatus, 'delivering'>;
  /** Delay before the next attempt, if the status is `pending`. */
  delayMs: number;
  error: { code: string; message: string } | null;
}

/** Errors of the URL or the secret, which another attempt cannot fix. */
const PERMANENT_CODES = new Set<string>([
  ROW_ERRORS.url_invalid.code,
  OUTBOUND_ERRORS.address_denied.code,
  WEBHOOK_ERRORS.webhook_secret_unusable.code,
]);

/** Returns the verdict on a response. 2xx is success, 410 disables the delivery, any other status is retried. */
export function judgeResponse(
  { status, retryAfterMs }: PostResponse,
  attempts: number,
  schedule: number[],
): Verdict {
  if (status >= 200 && status < 300) return { status: 'delivered', delayMs: 0, error: null };

  const { code } = OUTBOUND_ERRORS.http_NNN.withPart(status);
  const error = { code, message: describeStatus(status) };
  if (status === 410) return { status: 'disabled', delayMs: 0, error };
  return scheduleRetry(error, attempts, schedule, retryAfterMs);
}

/** Returns the verdict on a call without a response. */
export function judgeFailure(failure: AppError, attempts: number, schedule: number[]): Verdict {
  const error = { code: failure.code, message: failure.message };
  if (PERMANENT_CODES.has(failure.code)) return { status: 'failed', delayMs: 0, error };
  return scheduleRetry(error, attempts, schedule, failure.retryAfterMs);
}

function scheduleRetry(
  error: Verdict['error'],
  attempts: number,
  schedule: number[],
  retryAfterMs?: number,
): Verdict {
  const delayMs = getDelayBeforeNextAttempt(schedule, attempts, retryAfterMs);
  return delayMs === undefined
    ? { status: 'failed', delayMs: 0, error }
    : { status: 'pending', delayMs, error };
}

function describeStatus(status: number): string {
  if (status === 410) return 'The receiver returned 410 Gone. It asks for no further deliveries.';
  if (status >= 300 && status < 400) {
    return `The receiver returned ${status}. Redirects are not followed. Use the final URL, after all redirects, as webhook_url.`;
  }
  return `The receiver returned ${status}. Return a status of 200 to 299 to accept the delivery.`;
}
