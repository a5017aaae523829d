import { MulterError } from 'multer';
import { CatalogRejectedError } from '../../platform/catalog/problems.js';
import { AppError } from '../../platform/errors/app-error.js';
import { detectSampledColumns } from './column-samples.js';
import { findSimilarName } from './similar-name.js';
import { UPLOAD_ERRORS } from './error-table.js';
import { HTTP_ERRORS } from '../../platform/http/error-table.js';
import { ROW_ERRORS } from '../../platform/catalog/row-error-table.js';
import type { ErrorDefinition } from '../../platform/errors/error-definition.js';
import { OUTBOUND_ERRORS } from '../../platform/http-client/error-table.js';

export class FileMissingError extends AppError {
  constructor() {
    super(UPLOAD_ERRORS.file_missing);
  }
}

export class NotMultipartError extends AppError {
  constructor() {
    super(UPLOAD_ERRORS.not_multipart);
  }
}

export class UnexpectedFileError extends AppError {
  constructor(field: string) {
    super(UPLOAD_ERRORS.unexpected_file, {
      message: `The file is in the field "${field.slice(0, 60)}". Send the product file in the field "file".`,
    });
  }
}

export class UploadTooLargeError extends AppError {
  constructor(limitBytes: number) {
    super(HTTP_ERRORS.upload_too_large, {
      message: `The product file is larger than the ${limitBytes} bytes allowed. Nothing was stored. Split it, or raise MAX_UPLOAD_BYTES.`,
    });
  }
}

/** The product file cannot be used, and no part of it was stored. */
export class ProductFileRejectedError extends AppError {
  /** @param includesHeader true if the response lists the columns for the user to choose from */
  constructor(rejection: CatalogRejectedError, includesHeader: boolean) {
    const { definition, cause, problems, warnings, header } = rejection;
    const errors = problems.reported;
    super(definition, {
      message: describeRejection(rejection),
      details: {
        ...(errors.length > 0 && { errors, error_count: problems.count }),
        ...(warnings.length > 0 && { warnings }),
        ...(includesHeader && header !== undefined && { header: detectSampledColumns(header) }),
      },
      cause,
    });
  }
}

function describeRejection({ message, problems }: CatalogRejectedError): string {
  const { count, reported } = problems;
  if (count <= reported.length) return message;
  return `${message} The first ${reported.length} of ${count.toLocaleString('en-US')} are listed in "errors".`;
}

export class UnknownOptionError extends AppError {
  constructor(names: readonly string[], knownNames: readonly string[]) {
    const list = names.map((name) => `"${name.slice(0, 60)}"`).join(', ');
    const suggestions = [
      ...new Set(names.flatMap((name) => findSimilarName(name, knownNames) ?? [])),
    ];
    const suggestion = suggestions.length === 0 ? '' : ` Did you mean ${suggestions.join(', ')}?`;
    super(UPLOAD_ERRORS.unknown_option, {
      message: `There is no option ${list}.${suggestion} The /docs page of this server describes all options.`,
    });
  }
}

export class FilenameTemplateUnsupportedError extends AppError {
  constructor() {
    super(UPLOAD_ERRORS.filename_template_unsupported);
  }
}

export class FileAndCatalogUrlError extends AppError {
  constructor() {
    super(UPLOAD_ERRORS.file_and_catalog_url);
  }
}

export class OptionAfterFileError extends AppError {
  constructor(names: string[]) {
    const [list, verb] = [names.join(', '), names.length === 1 ? 'follows' : 'follow'];
    super(UPLOAD_ERRORS.option_after_file, {
      message: `${list} ${verb} the file in the form, but the file is read while it arrives. Nothing was stored. Send the file last.`,
    });
  }
}

const CATALOG_URL_ERRORS = new Map<ErrorDefinition, ErrorDefinition>([
  [OUTBOUND_ERRORS.address_denied, UPLOAD_ERRORS.catalog_url_denied],
  [ROW_ERRORS.url_invalid, UPLOAD_ERRORS.catalog_url_invalid],
]);

/** The linked file could not be downloaded. The code distinguishes denied and invalid URLs from other failures. */
export class CatalogUrlFailedError extends AppError {
  constructor(cause: AppError) {
    super(CATALOG_URL_ERRORS.get(cause.definition) ?? UPLOAD_ERRORS.catalog_url_failed, {
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
    super(UPLOAD_ERRORS.catalog_url_not_a_file);
  }
}

export class WebhookUrlDeniedError extends AppError {
  constructor(cause: AppError) {
    const isDenied = cause.definition === OUTBOUND_ERRORS.address_denied;
    super(isDenied ? UPLOAD_ERRORS.webhook_url_denied : UPLOAD_ERRORS.webhook_url_invalid, {
      message: `webhook_url: ${cause.message}`,
      cause,
    });
  }
}

class MalformedUploadError extends AppError {
  constructor(definition: ErrorDefinition, cause: unknown, message?: string) {
    super(definition, { message, cause });
  }
}

/** The client disconnected. The response is only logged, and must not count as a server error. */
export class UploadAbortedError extends MalformedUploadError {
  constructor(cause?: unknown) {
    super(HTTP_ERRORS.form_invalid, cause, 'The upload was aborted.');
  }
}

/** Converts the rejection of a product file to an HTTP error. Returns other errors unchanged. */
export function toRejectedFileError(
  error: unknown,
  { isLinked, isDryRun }: { isLinked: boolean; isDryRun: boolean },
): unknown {
  if (!(error instanceof CatalogRejectedError)) return error;
  return isLinked && error.code === 'html_page'
    ? new CatalogUrlNotAFileError()
    : new ProductFileRejectedError(error, isDryRun);
}

/** Converts form errors (multer, busboy). Returns other errors unchanged. */
export function toUploadError(error: unknown, limitBytes: number): unknown {
  if (error instanceof MulterError) {
    switch (error.code) {
      case 'LIMIT_FILE_SIZE':
        return new UploadTooLargeError(limitBytes);
      case 'LIMIT_FILE_COUNT':
        return new MalformedUploadError(UPLOAD_ERRORS.too_many_files, error);
      case 'LIMIT_FIELD_VALUE':
        if (error.field === 'file') return new FileMissingError();
    }
    const fieldSuffix = error.field === undefined ? '' : ` (field "${error.field.slice(0, 60)}")`;
    return new MalformedUploadError(
      HTTP_ERRORS.form_invalid,
      error,
      `${error.message}${fieldSuffix}.`,
    );
  }
  // multer and Node throw plain errors.
  if (error instanceof Error && /^(Request (aborted|closed)|aborted)$/.test(error.message)) {
    return new UploadAbortedError(error);
  }
  // busboy also throws plain errors.
  if (
    error instanceof Error &&
    /multipart|boundary|content.type|unexpected end|malformed/i.test(error.message)
  ) {
    const message = `The multipart form cannot be read: ${error.message}.`;
    return new MalformedUploadError(HTTP_ERRORS.form_invalid, error, message);
  }
  return error;
}
