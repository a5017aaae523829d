import type { CatalogDescription } from './catalog-reader.js';
import { columnKey } from './columns/normalize-header.js';
import { FileProblem } from './csv/file-problem.js';
import { parseImageCell } from './image-cell/parse-image-cell.js';
import { platformWithId } from './platforms/index.js';
import { HEAD_RECORDS, type RecordSource } from './records.js';
import { escapeFormula } from './write/escape-formula.js';
import { ERROR_ROW_COLUMN, joinReferences } from './write/errors-table.js';
import type { CorrectionErrorCode } from './correction-error-table.js';
import type { RowErrorCode } from './row-error-table.js';

/** An image cell of an uploaded errors file. */
export interface CorrectedCell {
  /** Line of the errors file, from 1. */
  line: number;
  /** Row of the request, from 1; null when `Error Row` holds no number. */
  row: number | null;
  /** Position of the image column in the request's header. */
  column: number;
  text: string;
}

/** Reason why a cell or an entry was not corrected. */
export interface CorrectionFault {
  code: RowErrorCode | CorrectionErrorCode;
  /** Describes the fault and how to fix it. */
  message: string;
}

/** Corrections that a cell contains for the failed images of its row and column. */
export interface CellCorrections {
  /** New URLs; `failed` counts the failed images of the row and column from 0. */
  corrected: { failed: number; reference: string; url: string }[];
  /** Number of unchanged entries. */
  unchanged: number;
  problems: CorrectionFault[];
}

/**
 * Reads the image cells of an errors file with corrected URLs. Empty cells are left out.
 *
 * @param file the request that the errors belong to
 * @throws FileProblem when the file is not an errors file of this request
 */
export async function* readCorrectedCells(
  source: RecordSource,
  file: CatalogDescription,
): AsyncGenerator<CorrectedCell[]> {
  let columns: ErrorsColumns | undefined;
  for await (const { records, lines } of source.read()) {
    let from = 0;
    if (columns === undefined) {
      from = records.slice(0, HEAD_RECORDS).findIndex(hasErrorRow);
      if (from < 0) throw notAnErrorsFile();
      columns = findErrorsColumns(records[from], file);
      from++;
    }
    const cells: CorrectedCell[] = [];
    for (let i = from; i < records.length; i++) {
      const number = (records[i][columns.row] ?? '').trim();
      const row = /^\d{1,9}$/.test(number) ? Number(number) : null;
      for (const { from: at, column } of columns.images) {
        const text = records[i][at] ?? '';
        if (text.trim() !== '') cells.push({ line: lines[i], row, column, text });
      }
    }
    if (cells.length > 0) yield cells;
  }
  if (columns === undefined) throw notAnErrorsFile();
}

/**
 * Compares a cell with the failed references of the errors file. The entries of both have the same order.
 */
export function findCorrections(
  text: string,
  failed: readonly string[],
  file: Pick<CatalogDescription, 'baseUrl' | 'platform'>,
): CellCorrections {
  const joined = joinReferences(failed);
  const found: CellCorrections = { corrected: [], unchanged: 0, problems: [] };
  if (text === joined || text === escapeFormula(joined)) {
    found.unchanged = failed.length;
    return found;
  }
  const context = { baseUrl: file.baseUrl, mediaUrl: platformWithId(file.platform).mediaUrl };
  const entries = parseImageCell(text, context).filter(({ url, fault }) => url ?? fault);
  if (entries.length !== failed.length) {
    const message = `The cell has ${entries.length} images, but ${failed.length} failed there. Keep one URL for each failed image.`;
    found.problems.push({ code: 'correction_count_differs', message });
    return found;
  }
  for (const [i, { start, end, url, fault }] of entries.entries()) {
    const reference = failed[i];
    if ((url ?? text.slice(start, end)) === reference || text.slice(start, end) === reference) {
      found.unchanged++;
    } else if (fault !== undefined) found.problems.push(fault);
    else found.corrected.push({ failed: i, reference, url: url! });
  }
  return found;
}

interface ErrorsColumns {
  row: number;
  /** Position in the errors file and in the request's header. */
  images: { from: number; column: number }[];
}

const hasErrorRow = (cells: readonly string[]): boolean =>
  cells.some((cell) => columnKey(cell) === columnKey(ERROR_ROW_COLUMN));

/** Columns are matched by name. Equal names are matched in order. */
function findErrorsColumns(header: readonly string[], file: CatalogDescription): ErrorsColumns {
  const row = header.findIndex((cell) => columnKey(cell) === columnKey(ERROR_ROW_COLUMN));
  const images = file.imageColumns.flatMap((column) => {
    const key = columnKey(file.header[column]);
    const rank = file.header.slice(0, column).filter((name) => columnKey(name) === key).length;
    const from = [...header.keys()].filter((at) => columnKey(header[at]) === key)[rank];
    return from === undefined ? [] : [{ from, column }];
  });
  if (images.length > 0) return { row, images };
  const names = file.imageColumns.map((column) => `"${file.header[column]}"`).join(', ');
  const message = `The errors file has none of the image columns of this request: ${names}.`;
  throw new FileProblem('correction_column_missing', message, { isAboutFile: true });
}

const notAnErrorsFile = (): FileProblem =>
  new FileProblem(
    'correction_row_missing',
    `This is not an errors file: it has no column "${ERROR_ROW_COLUMN}". Download the errors file and correct its URLs.`,
    { isAboutFile: true },
  );
