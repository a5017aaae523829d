import { AppError } from '../../platform/errors/app-error.js';

export class ImageNotFoundError extends AppError {
  constructor(cause?: unknown) {
    super({
      code: 'image_not_found',
      status: 404,
      message:
        'There is no such image. Its address is in the output CSV or the status of its request.',
      cause,
    });
  }
}

export class RangeNotSatisfiableError extends AppError {
  constructor(bytes: number) {
    super({
      code: 'range_not_satisfiable',
      status: 416,
      message: `The image has ${bytes} bytes; the range that was asked for is not in it.`,
    });
  }
}
