import { MulterError } from 'multer';
import { CatalogRefusedError } from '../../platform/catalog/problems.js';
import { AppError } from '../../platform/errors/app-error.js';
import { sampledColumns } from './column-samples.js';

export class FileMissingError extends AppError {
  constructor() {
    super({
      code: 'file_missing',
      status: 400,
      message:
        'The upload contains no product file. Send it in the form field "file", or its link in "catalog_url".',
    });
  }
}

export class NotMultipartError extends AppError {
  constructor() {
    super({
      code: 'not_multipart',
      status: 415,
      message:
        'An upload is multipart/form-data with the product file in the field "file", e.g. curl -F file=@products.csv.',
    });
  }
}

export class UnexpectedFileError extends AppError {
  constructor(field: string) {
    super({
      code: 'unexpected_file',
      status: 400,
      message: `The file came in the field "${field.slice(0, 60)}". Send the product file in the field "file".`,
    });
  }
}

export class UploadTooLargeError extends AppError {
  constructor(limitBytes: number) {
    super({
      code: 'upload_too_large',
      status: 413,
      message: `The product file is larger than the ${limitBytes} bytes allowed. Nothing was stored. Split it, or raise MAX_UPLOAD_BYTES.`,
    });
  }
}

/** The product file cannot be used; nothing of it was stored. */
export class ProductFileRefusedError extends AppError {
  /** @param withHeader the answer has the columns, so that the user can choose among them */
  constructor(refused: CatalogRefusedError, withHeader: boolean) {
    const { code, status, cause, problems, warnings, header } = refused;
    const errors = problems.reported;
    super({
      code,
      status,
      message: withListedCount(refused),
      details: {
        ...(errors.length > 0 && { errors, error_count: problems.count }),
        ...(warnings.length > 0 && { warnings }),
        ...(withHeader && header !== undefined && { header: sampledColumns(header) }),
      },
      cause,
    });
  }
}

function withListedCount({ message, problems }: CatalogRefusedError): string {
  const { count, reported } = problems;
  if (count <= reported.length) return message;
  return `${message} The first ${reported.length} of ${count.toLocaleString('en-US')} are listed in "errors".`;
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

export class FileAndCatalogUrlError extends AppError {
  constructor() {
    super({
      code: 'file_and_catalog_url',
      status: 400,
      message:
        'The upload contains both a file and a catalog_url. Nothing was stored. Send one of them.',
    });
  }
}

export class OptionAfterFileError extends AppError {
  constructor(names: string[]) {
    const [list, verb] = [names.join(', '), names.length === 1 ? 'comes' : 'come'];
    super({
      code: 'option_after_file',
      status: 400,
      message: `${list} ${verb} after the file in the form, but the file is read while it arrives. Nothing was stored. Send the file last.`,
    });
  }
}

/** The link could not be downloaded; the code says whether it may not be or did not work. */
export class CatalogUrlFailedError extends AppError {
  constructor(cause: AppError) {
    const code =
      { address_denied: 'catalog_url_denied', url_invalid: 'catalog_url_invalid' }[cause.code] ??
      'catalog_url_failed';
    super({
      code,
      status: cause.retry === 'never' ? 400 : 502,
      message: `catalog_url: ${cause.message} Nothing was stored.`,
      retry: cause.retry,
      retryAfterMs: cause.retryAfterMs,
      cause,
    });
  }
}

export class CatalogUrlNotAFileError extends AppError {
  constructor() {
    super({
      code: 'catalog_url_not_a_file',
      status: 400,
      message:
        'The link leads to a web page, not to a product file. Nothing was stored. Share it so that anyone with the link can view, or use the link of the download itself.',
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

class MalformedUploadError extends AppError {
  constructor(code: string, message: string, cause: unknown) {
    super({ code, status: 400, message, cause });
  }
}

/** The client left; no one reads the answer, but it is no fault of the server in the log. */
export class UploadBrokenOffError extends MalformedUploadError {
  constructor(cause?: unknown) {
    super('form_invalid', 'The upload was broken off.', cause);
  }
}

/** A refused product file; other errors stay as they are. */
export function asRefusal(
  error: unknown,
  { isLinked, isDryRun }: { isLinked: boolean; isDryRun: boolean },
): unknown {
  if (!(error instanceof CatalogRefusedError)) return error;
  return isLinked && error.code === 'html_page'
    ? new CatalogUrlNotAFileError()
    : new ProductFileRefusedError(error, isDryRun);
}

/** Limits of the form itself (multer, busboy) in words of ours; other errors stay as they are. */
export function asUploadError(error: unknown, limitBytes: number): unknown {
  if (error instanceof MulterError) {
    switch (error.code) {
      case 'LIMIT_FILE_SIZE':
        return new UploadTooLargeError(limitBytes);
      case 'LIMIT_FILE_COUNT':
        return new MalformedUploadError(
          'too_many_files',
          'Send one product file at a time.',
          error,
        );
      case 'LIMIT_FIELD_VALUE':
        if (error.field === 'file') return new FileMissingError();
    }
    const where = error.field === undefined ? '' : ` (field "${error.field.slice(0, 60)}")`;
    return new MalformedUploadError('form_invalid', `${error.message}${where}.`, error);
  }
  // multer and Node throw plain errors.
  if (error instanceof Error && /^(Request (aborted|closed)|aborted)$/.test(error.message)) {
    return new UploadBrokenOffError(error);
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
