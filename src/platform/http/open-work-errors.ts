import { AppError } from '../errors/app-error.js';
import { HTTP_ERRORS } from './error-table.js';
import type { OpenWorkLimitError } from '../errors/open-work-limit.error.js';

/** Images finish continuously, so more work is allowed soon. */
const RETRY_AFTER_MS = 30_000;

export class TooManyOpenRequestsError extends AppError {
  constructor(limit: number, cause?: unknown) {
    super(HTTP_ERRORS.too_many_open_requests, {
      message: `You have ${limit} unfinished requests, which is the limit. Try again when one has finished, or raise MAX_OPEN_REQUESTS.`,
      retryAfterMs: RETRY_AFTER_MS,
      cause,
    });
  }
}

export class TooManyOpenImagesError extends AppError {
  constructor(limit: number, cause?: unknown) {
    super(HTTP_ERRORS.too_many_open_images, {
      message: `The call would exceed your limit of ${limit} unfinished images. Try again when some have finished, upload fewer at a time, or raise MAX_OPEN_IMAGES.`,
      retryAfterMs: RETRY_AFTER_MS,
      cause,
    });
  }
}

/** Converts the error of a call that would exceed the unfinished work allowed for its owner. */
export const toOpenWorkError = (error: OpenWorkLimitError): AppError =>
  error.work === 'requests'
    ? new TooManyOpenRequestsError(error.limit, error)
    : new TooManyOpenImagesError(error.limit, error);
