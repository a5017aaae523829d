import { MulterError } from 'multer';
import { FileProblem } from '../../../platform/catalog/csv/file-problem.js';
import { AppError } from '../../../platform/errors/app-error.js';
import { REQUEST_ERRORS } from '../error-table.js';
import { HTTP_ERRORS } from '../../../platform/http/error-table.js';
import type { ErrorDefinition } from '../../../platform/errors/error-definition.js';

export class RequestCancelledError extends AppError {
  constructor() {
    super(REQUEST_ERRORS.request_cancelled);
  }
}

/** The call contains neither a form with a file nor JSON. */
export class CorrectionsMissingError extends AppError {
  constructor() {
    super(REQUEST_ERRORS.corrections_missing);
  }
}

export class CorrectionsTooLargeError extends AppError {
  constructor(limitBytes: number) {
    super(HTTP_ERRORS.upload_too_large, {
      message: `The errors file is larger than the ${limitBytes} bytes allowed. Split it, or raise MAX_UPLOAD_BYTES.`,
    });
  }
}

class CorrectionsUnreadableError extends AppError {
  constructor(definition: ErrorDefinition, message: string, cause: Error) {
    super(definition, { message: `Nothing was changed. ${message}`, cause });
  }
}

/** Converts file and form problems to API errors. Returns other errors unchanged. */
export function toCorrectionError(error: unknown, limitBytes: number): unknown {
  if (error instanceof FileProblem) {
    return new CorrectionsUnreadableError(error.definition, error.message, error);
  }
  if (!(error instanceof Error)) return error;
  if (error instanceof MulterError) {
    if (error.code === 'LIMIT_FILE_SIZE') return new CorrectionsTooLargeError(limitBytes);
    if (error.code === 'LIMIT_UNEXPECTED_FILE') return new CorrectionsMissingError();
  }
  const isFormError =
    error instanceof MulterError ||
    /multipart|boundary|unexpected end|malformed|^(?:Request (?:aborted|closed)|aborted)$/i.test(
      error.message,
    );
  if (!isFormError || error instanceof AppError) return error;
  const message = `The form can't be read: ${error.message}.`;
  return new CorrectionsUnreadableError(HTTP_ERRORS.form_invalid, message, error);
}
