import { AppError } from '../../platform/errors/app-error.js';
import { EXPORT_ERRORS } from './error-table.js';

export class ImageNotFoundError extends AppError {
  constructor(cause?: unknown) {
    super(EXPORT_ERRORS.image_not_found, { cause });
  }
}

export class RangeNotSatisfiableError extends AppError {
  constructor(bytes: number) {
    super(EXPORT_ERRORS.range_not_satisfiable, {
      message: `The image is ${bytes} bytes long. The requested range is beyond its end.`,
    });
  }
}
