import { AppError } from '../../platform/errors/app-error.js';
import type { RequestStatus } from '../../platform/database/states.js';

export class AlreadyFinishedError extends AppError {
  constructor(status: RequestStatus) {
    super({
      code: 'already_finished',
      status: 409,
      message: `The request has already ended (${status}); there is nothing left to cancel.`,
    });
  }
}

export class RequestStillRunningError extends AppError {
  constructor() {
    super({
      code: 'not_finished',
      status: 409,
      message:
        'The request is still being worked on. Wait for its end or cancel it, then retry what is left.',
      retryAfterMs: 5000,
    });
  }
}

export class NothingToRetryError extends AppError {
  /** @param errorCode the code that the retry is limited to */
  constructor(errorCode?: string) {
    super({
      code: 'nothing_to_retry',
      status: 409,
      message:
        errorCode === undefined
          ? 'No image of this request failed or was cancelled; there is nothing to retry.'
          : `No image of this request failed with the code ${errorCode}; there is nothing to retry.`,
    });
  }
}

/** Occurs with hundreds of thousands of images, while their rows still follow the last cancel or retry. */
export class RequestBusyError extends AppError {
  constructor() {
    super({
      code: 'request_busy',
      status: 409,
      message:
        'The images of this request are still being moved by the last cancel or retry. Try again in a few seconds.',
      retryAfterMs: 3000,
    });
  }
}
