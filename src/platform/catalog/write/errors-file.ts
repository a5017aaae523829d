import type { CatalogDescription } from '../catalog-reader.js';
import { type Cell, CsvText } from './csv-text.js';
import { ErrorsTable, type FailedRow } from './errors-table.js';
import { type OutputFormat, buildFileStart } from './output-file.js';
import { writeXlsxFile } from './xlsx-file.js';

/**
 * Writes the rows with failed images as an errors file. It always has a header, because corrections are
 * matched by its columns.
 *
 * @param batches rows in file order
 */
export async function* writeErrorsFile(
  file: CatalogDescription,
  batches: AsyncIterable<readonly FailedRow[]>,
  { format, raw }: { format: OutputFormat; raw: boolean },
): AsyncGenerator<Buffer> {
  const isRaw = raw || format === 'xlsx';
  const table = new ErrorsTable(file, isRaw);
  if (format === 'xlsx') {
    yield* writeXlsxFile(toSheetRows(table, batches), { sheet: file.layout.sheet });
    return;
  }
  const csv = new CsvText(file.layout);
  const header = { ...file, headerRow: file.headerRow ?? 1 };
  yield Buffer.from(csv.fileStart + buildFileStart(header, table.header, isRaw, csv));
  for await (const rows of batches) {
    if (rows.length > 0)
      yield Buffer.from(csv.formatRecords(rows.map((row) => table.renderRow(row))));
  }
}

async function* toSheetRows(
  table: ErrorsTable,
  batches: AsyncIterable<readonly FailedRow[]>,
): AsyncGenerator<Cell[][]> {
  yield [table.header];
  for await (const rows of batches) yield rows.map((row) => table.renderRow(row));
}
