import { AppError } from '../../platform/errors/app-error.js';
import type { DeliveryStatus } from '../../platform/database/states.js';
import type { PostAnswer } from '../../platform/http-client/poster.js';
import { pauseBeforeNextTry } from './retry-schedule.js';

/** What a try comes to. */
export interface Verdict {
  status: Exclude<DeliveryStatus, 'delivering'>;
  /** Pause before the next try, when the status is `pending`. */
  delayMs: number;
  error: { code: string; message: string } | null;
}

/** Faults of the URL or of the secret themselves: three days of tries would not cure them. */
const HOPELESS = new Set(['url_invalid', 'address_denied', 'webhook_secret_unusable']);

/** The receiver answered. 2xx is success, 410 means "no more", everything else is tried again. */
export function judgeAnswer(
  { status, retryAfterMs }: PostAnswer,
  attempts: number,
  schedule: number[],
): Verdict {
  if (status >= 200 && status < 300) return { status: 'delivered', delayMs: 0, error: null };

  const error = { code: `http_${status}`, message: describe(status) };
  if (status === 410) return { status: 'disabled', delayMs: 0, error };
  return again(error, attempts, schedule, retryAfterMs);
}

/** No answer came. */
export function judgeFailure(failure: AppError, attempts: number, schedule: number[]): Verdict {
  const error = { code: failure.code, message: failure.message };
  if (HOPELESS.has(failure.code)) return { status: 'failed', delayMs: 0, error };
  return again(error, attempts, schedule, failure.retryAfterMs);
}

function again(
  error: Verdict['error'],
  attempts: number,
  schedule: number[],
  retryAfterMs?: number,
): Verdict {
  const delayMs = pauseBeforeNextTry(schedule, attempts, retryAfterMs);
  return delayMs === undefined
    ? { status: 'failed', delayMs: 0, error }
    : { status: 'pending', delayMs, error };
}

function describe(status: number): string {
  if (status === 410) return 'The receiver answered 410: it wants no more of these events.';
  if (status >= 300 && status < 400) {
    return `The receiver answered ${status}, a redirect, which is not followed. Use the URL that it leads to as webhook_url.`;
  }
  return `The receiver answered ${status}; a delivery is accepted with a status of 200 to 299.`;
}
