import type { CatalogDescription } from '../catalog-reader.js';
import { type Cell, CsvText } from './csv-text.js';
import type { DetailColumn } from './detail-columns.js';
import { escapeFormula } from './escape-formula.js';
import {
  type NamedOutputs,
  type OutputMode,
  type OutputRow,
  OutputTable,
  type RowWriter,
} from './output-columns.js';
import { PositionalTable } from './positional-table.js';
import { writeXlsxFile } from './xlsx-file.js';

export type OutputFormat = 'csv' | 'xlsx';

export interface OutputOptions {
  format: OutputFormat;
  mode: OutputMode;
  /** Does not escape formulas in `append` mode as CSV. `replace` mode and XLSX never escape formulas. */
  raw?: boolean;
  /** Columns with details of each image, added after all other columns. */
  details?: readonly DetailColumn[];
  /** Outputs of each image; undefined for one output without a name. */
  outputs?: NamedOutputs;
  /** Uses the `append` format of the previous version. True for requests that were created by that version. */
  isPositional?: boolean;
}

/**
 * Writes the output file of a request: the preamble, the header and the rows.
 *
 * @param batches rows in file order
 */
export async function* writeOutputFile(
  file: CatalogDescription,
  batches: AsyncIterable<readonly OutputRow[]>,
  { format, mode, raw = false, details = [], outputs, isPositional = false }: OutputOptions,
): AsyncGenerator<Buffer> {
  // The cells of a workbook are text and need no escaping.
  const isRaw = raw || mode === 'replace' || format === 'xlsx';
  const table =
    isPositional && mode === 'append'
      ? new PositionalTable(file, isRaw, details)
      : new OutputTable(file, mode, isRaw, details, outputs);
  if (format === 'xlsx') {
    yield* writeXlsxFile(toSheetRows(file, table, batches), { sheet: file.layout.sheet });
    return;
  }
  const csv = new CsvText(file.layout);
  yield Buffer.from(csv.fileStart + buildFileStart(file, table.header, isRaw, csv));
  for await (const rows of batches) {
    if (rows.length > 0)
      yield Buffer.from(csv.formatRecords(rows.map((row) => table.renderRow(row))));
  }
}

/** Returns the preamble as it was uploaded, and the header. A file without a header has neither. */
export function buildFileStart(
  file: CatalogDescription,
  header: string[],
  isRaw: boolean,
  csv: CsvText,
): string {
  if (file.headerRow === null) return '';
  const escapeFormulas = (cells: readonly string[]): string[] =>
    isRaw ? [...cells] : cells.map(escapeFormula);
  const { preamble, rawPreamble } = file;
  const escapedPreamble = preamble.map(escapeFormulas);
  const isSafe = preamble.every((cells, i) =>
    cells.every((cell, j) => cell === escapedPreamble[i][j]),
  );
  const head =
    isSafe && rawPreamble !== undefined ? rawPreamble : formatRecords(escapedPreamble, csv);
  return head + csv.formatRecords([escapeFormulas(header)]);
}

const formatRecords = (records: Cell[][], csv: CsvText): string =>
  records.length > 0 ? csv.formatRecords(records) : '';

async function* toSheetRows(
  file: CatalogDescription,
  table: RowWriter,
  batches: AsyncIterable<readonly OutputRow[]>,
): AsyncGenerator<Cell[][]> {
  if (file.headerRow !== null) yield [...file.preamble, table.header];
  for await (const rows of batches) yield rows.map((row) => table.renderRow(row));
}
