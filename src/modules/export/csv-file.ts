import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import type { ExportRow } from '../../platform/database/repositories/export-rows.js';
import { type Cell, CsvText } from './csv-text.js';
import { ExportIncompleteError } from './export-errors.js';
import { escapeFormula } from './formula-guard.js';

export const OUTPUT_COLUMN = 'Output Image Urls';
export const DETAIL_COLUMNS = [
  'Image Status',
  'Bytes In',
  'Bytes Out',
  'Saved Percent',
  'Error Code',
  'Error Message',
];
export const ERROR_COLUMNS = ['Error Code', 'Error Message'];

/**
 * Passes the rows on and counts them.
 * @throws ExportIncompleteError at the end, when they are not `count` rows
 */
export async function* counted(
  blocks: AsyncIterable<ExportRow[]>,
  count: number,
): AsyncGenerator<ExportRow[]> {
  let read = 0;
  for await (const rows of blocks) {
    read += rows.length;
    yield rows;
  }
  if (read !== count) throw new ExportIncompleteError('rows', count, read);
}

/** How cells are written: guarded against formulas, or as they are. */
type Guard = (cell: Cell) => Cell;

export const guardFor = (raw: boolean): Guard =>
  raw ? (cell) => cell : (cell) => (cell === null ? null : escapeFormula(cell));

/**
 * Every original column, cell and row in the original order, then the columns added. A column of the
 * same name that was there before stays: the last one is ours.
 */
export async function* outputCsv(
  request: ProcessingRequest,
  blocks: AsyncIterable<ExportRow[]>,
  columns: string[],
  guard: Guard,
): AsyncGenerator<string> {
  const text = new CsvText(request.dialect);
  yield text.start + text.records([[...request.header.map(guard), ...columns]]);
  for await (const rows of blocks) {
    yield text.records(rows.map(({ cells, added }) => [...cells.map(guard), ...added.map(guard)]));
  }
}

/**
 * The rows with failed images, whose URL cell holds those alone: uploaded as it is, it makes a request
 * of them. Error columns that it already had, from being such a file itself, make way for the new.
 */
export async function* errorsCsv(
  request: ProcessingRequest,
  blocks: AsyncIterable<ExportRow[]>,
  guard: Guard,
): AsyncGenerator<string> {
  const text = new CsvText(request.dialect);
  const width = widthWithoutErrors(request.header);
  yield (
    text.start + text.records([[...request.header.slice(0, width).map(guard), ...ERROR_COLUMNS]])
  );
  for await (const rows of blocks) {
    const records = rows.map(({ cells, added: [urls, ...errors] }) =>
      [...cells.slice(0, width).with(request.urlColumn, urls), ...errors].map(guard),
    );
    yield text.records(records);
  }
}

function widthWithoutErrors(header: string[]): number {
  const width = header.length - ERROR_COLUMNS.length;
  return ERROR_COLUMNS.every((name, i) => header[width + i] === name) ? width : header.length;
}
