import { MulterError } from 'multer';
import { AppError } from '../../platform/errors/app-error.js';

export class FileMissingError extends AppError {
  constructor() {
    super({
      code: 'file_missing',
      status: 400,
      message: 'There is no CSV in the upload. Send it as a file in the form field "file".',
    });
  }
}

export class NotMultipartError extends AppError {
  constructor() {
    super({
      code: 'not_multipart',
      status: 415,
      message:
        'An upload is multipart/form-data with the CSV in the field "file", e.g. curl -F file=@products.csv.',
    });
  }
}

export class UnexpectedFileError extends AppError {
  constructor(field: string) {
    super({
      code: 'unexpected_file',
      status: 400,
      message: `The file came in the field "${field.slice(0, 60)}". Send the CSV in the field "file".`,
    });
  }
}

export class UploadTooLargeError extends AppError {
  constructor(limitBytes: number) {
    super({
      code: 'upload_too_large',
      status: 413,
      message: `The CSV is larger than the ${limitBytes} bytes allowed. Split it, or raise MAX_UPLOAD_BYTES.`,
    });
  }
}

export class UnknownOptionError extends AppError {
  constructor(names: string[], known: string[]) {
    const list = names.map((name) => `"${name.slice(0, 60)}"`).join(', ');
    super({
      code: 'unknown_option',
      status: 400,
      message: `There is no option ${list}. The options are ${known.join(', ')}.`,
    });
  }
}

export class WebhookUrlDeniedError extends AppError {
  constructor(cause: AppError) {
    super({
      code: cause.code === 'address_denied' ? 'webhook_url_denied' : 'webhook_url_invalid',
      status: 400,
      message: `webhook_url: ${cause.message}`,
      cause,
    });
  }
}

export class TooManyUploadsError extends AppError {
  constructor() {
    super({
      code: 'too_many_uploads',
      status: 429,
      message: 'Too many uploads are running at once. Try again in a moment.',
      retry: 'later',
      retryAfterMs: 10_000,
    });
  }
}

/** The owner held more than its share of the slots while another owner waited. */
export class UploadDisplacedError extends AppError {
  constructor() {
    super({
      code: 'upload_displaced',
      status: 429,
      message:
        'This API key had more uploads under way than its share, and another key waited. Nothing was stored. Send the upload again after Retry-After.',
      retry: 'later',
      retryAfterMs: 30_000,
    });
  }
}

export class UploadTimedOutError extends AppError {
  constructor(seconds: number) {
    super({
      code: 'upload_timed_out',
      status: 408,
      message: `The upload took longer than ${seconds} seconds, and nothing was stored. Split the file, use a faster connection, or raise UPLOAD_TIMEOUT_SECONDS.`,
    });
  }
}

class MalformedUploadError extends AppError {
  constructor(code: string, message: string, cause: unknown) {
    super({ code, status: 400, message, cause });
  }
}

/** Limits of the form itself (multer, busboy) in words of ours; other errors stay as they are. */
export function asUploadError(error: unknown, limitBytes: number): unknown {
  if (error instanceof MulterError) {
    switch (error.code) {
      case 'LIMIT_FILE_SIZE':
        return new UploadTooLargeError(limitBytes);
      case 'LIMIT_FILE_COUNT':
        return new MalformedUploadError('too_many_files', 'Send one CSV at a time.', error);
      case 'LIMIT_FIELD_VALUE':
        if (error.field === 'file') return new FileMissingError();
    }
    const where = error.field === undefined ? '' : ` (field "${error.field.slice(0, 60)}")`;
    return new MalformedUploadError('form_invalid', `${error.message}${where}.`, error);
  }
  // multer and Node throw plain errors; nobody reads the answer, but it is no fault of ours in the log.
  if (error instanceof Error && /^(Request (aborted|closed)|aborted)$/.test(error.message)) {
    return new MalformedUploadError('form_invalid', 'The upload was broken off.', error);
  }
  // So does busboy.
  if (
    error instanceof Error &&
    /multipart|boundary|content.type|unexpected end|malformed/i.test(error.message)
  ) {
    const message = `The multipart form can't be read: ${error.message}.`;
    return new MalformedUploadError('form_invalid', message, error);
  }
  return error;
}
