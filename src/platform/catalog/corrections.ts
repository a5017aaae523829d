import type { CatalogDescription } from './catalog-reader.js';
import { toColumnKey } from './columns/normalize-header.js';
import { FileProblem } from './csv/file-problem.js';
import { parseImageCell } from './image-cell/parse-image-cell.js';
import { getPlatform } from './platforms/index.js';
import { HEAD_RECORDS, type RecordSource } from './records.js';
import { escapeFormula } from './write/escape-formula.js';
import { ERROR_ROW_COLUMN, joinReferences } from './write/errors-table.js';
import type { CorrectionErrorCode } from './correction-error-table.js';
import type { RowErrorCode } from './row-error-table.js';

/** An image cell in an uploaded errors file. */
export interface CorrectedCell {
  /** Line of the errors file, from 1. */
  line: number;
  /** Row of the request, from 1; null if `Error Row` contains no number. */
  row: number | null;
  /** Index of the image column in the request's header. */
  column: number;
  text: string;
}

/** Reason why a cell or an entry was not corrected. */
export interface CorrectionFault {
  code: RowErrorCode | CorrectionErrorCode;
  /** Describes the problem and how to fix it. */
  message: string;
}

/** Corrections that a cell contains for the failed images of its row and column. */
export interface CellCorrections {
  /** New URLs. `failedIndex` is the index among the failed images of the row and column. */
  newUrls: { failedIndex: number; reference: string; url: string }[];
  /** Number of unchanged entries. */
  unchangedCount: number;
  problems: CorrectionFault[];
}

/**
 * Reads the image cells of an errors file with corrected URLs. Skips empty cells.
 *
 * @param file the product file of the request that the errors belong to
 * @throws FileProblem if the file is not an errors file of this request
 */
export async function* readCorrectedCells(
  source: RecordSource,
  file: CatalogDescription,
): AsyncGenerator<CorrectedCell[]> {
  let columns: ErrorsColumns | undefined;
  for await (const { records, lineNumbers } of source.read()) {
    let firstDataIndex = 0;
    if (columns === undefined) {
      const headerIndex = records.slice(0, HEAD_RECORDS).findIndex(hasErrorRow);
      if (headerIndex < 0) throw createNotErrorsFileError();
      columns = findErrorsColumns(records[headerIndex], file);
      firstDataIndex = headerIndex + 1;
    }
    const cells: CorrectedCell[] = [];
    for (let i = firstDataIndex; i < records.length; i++) {
      const rowText = (records[i][columns.row] ?? '').trim();
      const row = /^\d{1,9}$/.test(rowText) ? Number(rowText) : null;
      for (const { errorsColumn, column } of columns.images) {
        const text = records[i][errorsColumn] ?? '';
        if (text.trim() !== '') cells.push({ line: lineNumbers[i], row, column, text });
      }
    }
    if (cells.length > 0) yield cells;
  }
  if (columns === undefined) throw createNotErrorsFileError();
}

/**
 * Compares a cell with the failed references in the errors file. Both list their entries in the same order.
 */
export function findCorrections(
  text: string,
  failedReferences: readonly string[],
  file: Pick<CatalogDescription, 'baseUrl' | 'platform'>,
): CellCorrections {
  const joinedReferences = joinReferences(failedReferences);
  const corrections: CellCorrections = { newUrls: [], unchangedCount: 0, problems: [] };
  if (text === joinedReferences || text === escapeFormula(joinedReferences)) {
    corrections.unchangedCount = failedReferences.length;
    return corrections;
  }
  const context = { baseUrl: file.baseUrl, toMediaUrl: getPlatform(file.platform).toMediaUrl };
  const entries = parseImageCell(text, context).filter(({ url, fault }) => url ?? fault);
  if (entries.length !== failedReferences.length) {
    const message = `The number of entries in the cell (${entries.length}) differs from the number of failed images (${failedReferences.length}). Keep one URL for each failed image.`;
    corrections.problems.push({ code: 'correction_count_differs', message });
    return corrections;
  }
  for (const [i, { start, end, url, fault }] of entries.entries()) {
    const reference = failedReferences[i];
    if ((url ?? text.slice(start, end)) === reference || text.slice(start, end) === reference) {
      corrections.unchangedCount++;
    } else if (fault !== undefined) corrections.problems.push(fault);
    else corrections.newUrls.push({ failedIndex: i, reference, url: url! });
  }
  return corrections;
}

interface ErrorsColumns {
  row: number;
  /** Index of each image column in the errors file and in the request's header. */
  images: { errorsColumn: number; column: number }[];
}

const hasErrorRow = (cells: readonly string[]): boolean =>
  cells.some((cell) => toColumnKey(cell) === toColumnKey(ERROR_ROW_COLUMN));

/** Matches columns by name. Columns with identical names are matched in order. */
function findErrorsColumns(header: readonly string[], file: CatalogDescription): ErrorsColumns {
  const row = header.findIndex((cell) => toColumnKey(cell) === toColumnKey(ERROR_ROW_COLUMN));
  const images = file.imageColumns.flatMap((column) => {
    const key = toColumnKey(file.header[column]);
    const occurrence = file.header
      .slice(0, column)
      .filter((name) => toColumnKey(name) === key).length;
    const matches = [...header.keys()].filter((index) => toColumnKey(header[index]) === key);
    const errorsColumn = matches[occurrence];
    return errorsColumn === undefined ? [] : [{ errorsColumn, column }];
  });
  if (images.length > 0) return { row, images };
  const names = file.imageColumns.map((column) => `"${file.header[column]}"`).join(', ');
  const message = `The errors file has none of the image columns of this request: ${names}.`;
  throw new FileProblem('correction_column_missing', message, { affectsWholeFile: true });
}

const createNotErrorsFileError = (): FileProblem =>
  new FileProblem(
    'correction_row_missing',
    `This is not an errors file: it has no "${ERROR_ROW_COLUMN}" column. Download the errors file and correct its URLs.`,
    { affectsWholeFile: true },
  );
