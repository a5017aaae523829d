import { MulterError } from 'multer';
import { FileProblem } from '../../../platform/catalog/csv/file-problem.js';
import { AppError } from '../../../platform/errors/app-error.js';

export class RequestCancelledError extends AppError {
  constructor() {
    super({
      code: 'request_cancelled',
      status: 409,
      message: 'The request was cancelled, so its images are not corrected. Retry it first.',
    });
  }
}

/** Neither a form with a file nor JSON was sent. */
export class CorrectionsMissingError extends AppError {
  constructor() {
    super({
      code: 'corrections_missing',
      status: 400,
      message:
        'There are no corrections in this call. Send the errors file in the form field "file", or JSON.',
    });
  }
}

export class CorrectionsTooLargeError extends AppError {
  constructor(limitBytes: number) {
    super({
      code: 'upload_too_large',
      status: 413,
      message: `The errors file is larger than the ${limitBytes} bytes allowed. Split it, or raise MAX_UPLOAD_BYTES.`,
    });
  }
}

class CorrectionsUnreadableError extends AppError {
  constructor(code: string, status: number, message: string, cause: unknown) {
    super({ code, status, message, cause });
  }
}

/** Turns problems of the file or form into errors of the API. Returns other errors unchanged. */
export function asCorrectionError(error: unknown, limitBytes: number): unknown {
  if (error instanceof FileProblem) {
    const { code, status, message } = error;
    return new CorrectionsUnreadableError(code, status, `Nothing was changed. ${message}`, error);
  }
  if (!(error instanceof Error)) return error;
  if (error instanceof MulterError) {
    if (error.code === 'LIMIT_FILE_SIZE') return new CorrectionsTooLargeError(limitBytes);
    if (error.code === 'LIMIT_UNEXPECTED_FILE') return new CorrectionsMissingError();
  }
  const isOfForm =
    error instanceof MulterError ||
    /multipart|boundary|unexpected end|malformed|^(?:Request (?:aborted|closed)|aborted)$/i.test(
      error.message,
    );
  if (!isOfForm || error instanceof AppError) return error;
  const message = `Nothing was changed. The form can't be read: ${error.message}.`;
  return new CorrectionsUnreadableError('form_invalid', 400, message, error);
}
