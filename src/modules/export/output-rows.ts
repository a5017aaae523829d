import { DETAIL_COLUMNS } from '../../platform/catalog/write/detail-columns.js';
import type { OutputImage, OutputRow } from '../../platform/catalog/write/output-table.js';
import { type ExportRow } from '../../platform/database/repositories/export-rows.js';
import { ExportIncompleteError } from './export-errors.js';

/**
 * Passes the rows on and counts them.
 * @throws ExportIncompleteError at the end, when the number of rows is not `count`
 */
export async function* counted<T>(
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

export interface RowTexts {
  /** Returns the output URL of an artifact that the database has listed. */
  urlOf: (output: string) => string;
  /** Returns the entry of the column `<Preset> check`; undefined without an audit. */
  checkOf?: (audit: string) => string;
}

export async function* outputRows(
  blocks: AsyncIterable<readonly ExportRow[]>,
  texts: RowTexts,
): AsyncGenerator<OutputRow[]> {
  for await (const rows of blocks) yield rows.map((row) => outputRow(row, texts));
}

function outputRow(row: ExportRow, { urlOf, checkOf }: RowTexts): OutputRow {
  const { cells, outputs, references, columns } = row;
  if (outputs === null) return { cells, images: [] };
  const listed = outputs.split(',');
  const details = row.details.length > 0 ? detailsOf(row, listed.length) : undefined;
  const checks = checkOf && row.audits?.split('|').map(checkOf);
  const images = listed.map((output, i): OutputImage => ({
    column: columns?.[i],
    reference: references?.[i] ?? '',
    outputUrl: output === '' ? null : urlOf(output),
    details: checks ? [...(details?.[i] ?? []), checks[i]] : details?.[i],
  }));
  return { cells, images, isPlainList: references === null };
}

/** Returns the texts of each image from one list per column. */
function detailsOf({ details }: ExportRow, images: number): string[][] {
  const lists = details.map((list, i) => list?.split(DETAIL_COLUMNS[i].separator) ?? []);
  return Array.from({ length: images }, (_, image) => lists.map((list) => list[image] ?? ''));
}
