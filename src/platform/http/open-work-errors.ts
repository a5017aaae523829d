import { AppError } from '../errors/app-error.js';
import { HTTP_ERRORS } from './error-table.js';
import type { OpenWorkLimitError } from '../errors/open-work-limit.error.js';

/** Images end continuously, so a full quota soon accepts more. */
const RETRY_MS = 30_000;

export class TooManyOpenRequestsError extends AppError {
  constructor(limit: number, cause?: unknown) {
    super(HTTP_ERRORS.too_many_open_requests, {
      message: `You have ${limit} open requests, which is the limit. Try again when one has ended, or raise MAX_OPEN_REQUESTS.`,
      retryAfterMs: RETRY_MS,
      cause,
    });
  }
}

export class TooManyOpenImagesError extends AppError {
  constructor(limit: number, cause?: unknown) {
    super(HTTP_ERRORS.too_many_open_images, {
      message: `The call would exceed your limit of ${limit} open images. Try again when some have ended, upload fewer at once, or raise MAX_OPEN_IMAGES.`,
      retryAfterMs: RETRY_MS,
      cause,
    });
  }
}

/** The response to a call that would exceed the open work of its owner. */
export const toOpenWorkError = (error: OpenWorkLimitError): AppError =>
  error.work === 'requests'
    ? new TooManyOpenRequestsError(error.limit, error)
    : new TooManyOpenImagesError(error.limit, error);
