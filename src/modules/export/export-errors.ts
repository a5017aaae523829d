import { AppError } from '../../platform/errors/app-error.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';

export class DownloadNotReadyError extends AppError {
  constructor({ imagesTotal, ...request }: ProcessingRequest) {
    const done = request.imagesCompleted + request.imagesFailed + request.imagesCancelled;
    super({
      code: 'not_finished',
      status: 409,
      message: `${done} of ${imagesTotal} images are done. Try again later, watch GET /status/${request.id}, or add ?partial=true for what there is.`,
      retryAfterMs: 5000,
    });
  }
}

/** The rows or images of a request changed under a download, so that fewer or more came than announced. */
export class ExportIncompleteError extends AppError {
  constructor(what: 'rows' | 'images', announced: number, read: number) {
    super({
      code: 'export_incomplete',
      message: `The download announced ${announced} ${what}, but ${read} were read. Discard the file and download it again.`,
    });
  }
}
