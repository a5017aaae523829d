import { AppError } from '../../platform/errors/app-error.js';
import type { RequestStatus } from '../../platform/database/states.js';
import { REQUEST_ERRORS } from './error-table.js';
import { HTTP_ERRORS } from '../../platform/http/error-table.js';

export class AlreadyFinishedError extends AppError {
  constructor(status: RequestStatus) {
    super(REQUEST_ERRORS.already_finished, {
      message: `The request has already ended (${status}); there is nothing left to cancel.`,
    });
  }
}

export class RequestStillRunningError extends AppError {
  constructor() {
    super(HTTP_ERRORS.not_finished, {
      message:
        'The request is still running. Wait until it ends, or cancel it, then retry the remaining images.',
      retryAfterMs: 5000,
    });
  }
}

export class NothingToRetryError extends AppError {
  /** @param errorCode error code that selects the images to retry */
  constructor(errorCode?: string) {
    super(REQUEST_ERRORS.nothing_to_retry, {
      message:
        errorCode === undefined
          ? 'No image of this request failed or was canceled; there is nothing to retry.'
          : `No image of this request failed with the code ${errorCode}; there is nothing to retry.`,
    });
  }
}

/**
 * Occurs for requests with hundreds of thousands of images, while the previous cancellation or retry is
 * still updating their rows.
 */
export class RequestBusyError extends AppError {
  constructor() {
    super(REQUEST_ERRORS.request_busy, { retryAfterMs: 3000 });
  }
}
