import { DETAIL_COLUMNS } from '../../platform/catalog/write/detail-columns.js';
import type { OutputImage, OutputRow } from '../../platform/catalog/write/output-table.js';
import { type ExportRow } from '../../platform/database/repositories/export-rows.js';
import { ExportIncompleteError } from './export-errors.js';
import type { CheckColumn } from './check-column.js';
import type { ColumnsPerOutput } from './columns-per-output.js';

/**
 * Passes the rows on and counts them.
 * @throws ExportIncompleteError at the end, when the number of rows is not `count`
 */
export async function* countRows<T>(
  blocks: AsyncIterable<readonly T[]>,
  count: number,
): AsyncGenerator<readonly T[]> {
  let read = 0;
  for await (const rows of blocks) {
    read += rows.length;
    yield rows;
  }
  if (read !== count) throw new ExportIncompleteError('rows', count, read);
}

/** Returns URLs of outputs. */
export interface OutputUrls {
  /** Returns the URL of a first output, as the database lists it. */
  first: (output: string) => string;
  /** Returns the URL of any file. */
  file: (name: string) => string;
}

/** Data of a request's rows, apart from their cells. */
export interface AddedCells {
  urls: OutputUrls;
  /** The outputs of the request. */
  columns: ColumnsPerOutput;
  /** Undefined without an audit. */
  check?: CheckColumn;
}

export async function* outputRows(
  blocks: AsyncIterable<readonly ExportRow[]>,
  added: AddedCells,
): AsyncGenerator<OutputRow[]> {
  for await (const rows of blocks) yield rows.map((row) => outputRow(row, added));
}

function outputRow(row: ExportRow, { urls, columns: named, check }: AddedCells): OutputRow {
  const { cells, outputs, references, columns } = row;
  if (outputs === null) return { cells, images: [] };
  const listed = outputs.split(',');
  const details = row.details.length > 0 ? splitDetails(row, listed.length) : undefined;
  const checks = check && row.audits?.split('|').map(check.textOf);
  const images = listed.map((output, i): OutputImage => {
    const shown: Partial<OutputImage> = row.images
      ? named.buildCells(row.images[i], details?.[i], urls.file)
      : { details: details?.[i] };
    return {
      column: columns?.[i],
      reference: references?.[i] ?? '',
      outputUrl: output === '' ? null : urls.first(output),
      ...shown,
      ...(checks && { details: [...(shown.details ?? []), checks[i]] }),
    };
  });
  return { cells, images, isPlainList: references === null };
}

/** Returns the texts of each image from one list per column. */
function splitDetails({ details }: ExportRow, images: number): string[][] {
  const lists = details.map((list, i) => list?.split(DETAIL_COLUMNS[i].separator) ?? []);
  return Array.from({ length: images }, (_, image) => lists.map((list) => list[image] ?? ''));
}
