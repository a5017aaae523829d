import { AppError } from '../../platform/errors/app-error.js';
import type { CatalogDescription } from '../../platform/catalog/catalog-reader.js';
import { XlsxLimitError } from '../../platform/catalog/write/xlsx-cells.js';
import { MAX_SHEET_ROWS } from '../../platform/catalog/write/xlsx-file.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { EXPORT_ERRORS } from './error-table.js';
import { SHEET_ERRORS } from '../../platform/catalog/error-table.js';
import { HTTP_ERRORS } from '../../platform/http/error-table.js';

type RequestProgress = Pick<
  ProcessingRequest,
  'id' | 'imagesTotal' | 'imagesCompleted' | 'imagesFailed' | 'imagesCancelled'
>;

export class DownloadNotReadyError extends AppError {
  constructor({ imagesTotal, ...request }: RequestProgress) {
    const endedCount = request.imagesCompleted + request.imagesFailed + request.imagesCancelled;
    super(HTTP_ERRORS.not_finished, {
      message: `${endedCount} of ${imagesTotal} images are done. Try again later, watch GET /status/${request.id}, or add ?partial=true to download the finished part.`,
      retryAfterMs: 5000,
    });
  }
}

/** The number of rows or images read differs from the expected number. */
export class ExportIncompleteError extends AppError {
  constructor(unit: 'rows' | 'images', expectedCount: number, actualCount: number) {
    super(EXPORT_ERRORS.export_incomplete, {
      message: `The download has ${actualCount} of ${expectedCount} ${unit}. Discard the file and download it again.`,
    });
  }
}

/** The rows do not fit in an Excel sheet. */
export class SheetLimitError extends AppError {
  constructor({ code, message }: Pick<XlsxLimitError, 'code' | 'message'>) {
    super(SHEET_ERRORS[code], { message });
  }

  /** @param rowCount number of rows in the file, including header rows */
  static tooManyRows(rowCount: number): SheetLimitError {
    const message = `An Excel sheet has at most ${MAX_SHEET_ROWS} rows, and this file has ${rowCount}. Download CSV instead.`;
    return new SheetLimitError({ code: 'xlsx_too_many_rows', message });
  }
}

/** @throws SheetLimitError if the rows, including header rows, do not fit in a sheet */
export function assertRowsFitSheet(
  productCount: number,
  { headerRow, preamble }: CatalogDescription,
): void {
  const rowCount = productCount + (headerRow === null ? 0 : preamble.length + 1);
  if (rowCount <= MAX_SHEET_ROWS) return;
  throw SheetLimitError.tooManyRows(rowCount);
}

export const toExportError = (error: unknown): unknown =>
  error instanceof XlsxLimitError ? new SheetLimitError(error) : error;
