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
} from './output-table.js';
import { PositionalTable } from './positional-table.js';
import { xlsxFile } from './xlsx-file.js';

export type OutputFormat = 'csv' | 'xlsx';

export interface OutputOptions {
  format: OutputFormat;
  mode: OutputMode;
  /** `append` as CSV without escaped formulas. `replace` and XLSX never escape them. */
  raw?: boolean;
  /** Columns with details of each image, after all others. */
  details?: readonly DetailColumn[];
  /** Outputs of each image; undefined for one output without a name. */
  outputs?: NamedOutputs;
  /** `append` in the format of the previous version, for its requests. */
  isPositional?: boolean;
}

/**
 * Writes a request's rows as its output file: the preamble, the header, the rows.
 *
 * @param batches rows in file order
 */
export async function* outputFile(
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
    yield* xlsxFile(sheetRows(file, table, batches), { sheet: file.layout.sheet });
    return;
  }
  const csv = new CsvText(file.layout);
  yield Buffer.from(csv.start + buildFileStart(file, table.header, isRaw, csv));
  for await (const rows of batches) {
    if (rows.length > 0) yield Buffer.from(csv.records(rows.map((row) => table.row(row))));
  }
}

/** Returns the preamble as written, and the header. A file without a header has neither. */
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
  const guarded = preamble.map(escapeFormulas);
  const isSafe = preamble.every((cells, i) => cells.every((cell, j) => cell === guarded[i][j]));
  const head = isSafe && rawPreamble !== undefined ? rawPreamble : formatRecords(guarded, csv);
  return head + csv.records([escapeFormulas(header)]);
}

const formatRecords = (records: Cell[][], csv: CsvText): string =>
  records.length > 0 ? csv.records(records) : '';

async function* sheetRows(
  file: CatalogDescription,
  table: RowWriter,
  batches: AsyncIterable<readonly OutputRow[]>,
): AsyncGenerator<Cell[][]> {
  if (file.headerRow !== null) yield [...file.preamble, table.header];
  for await (const rows of batches) yield rows.map((row) => table.row(row));
}
