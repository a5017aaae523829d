import { DETAIL_COLUMNS } from '../../platform/catalog/write/detail-columns.js';
import type { OutputImage, OutputRow } from '../../platform/catalog/write/output-columns.js';
import { type ExportRow } from '../../platform/database/repositories/export-rows.js';
import { ExportIncompleteError } from './export-errors.js';
import type { CheckColumn } from './check-column.js';
import type { OutputCells } from './output-cells.js';

/**
 * Yields the rows unchanged and counts them.
 * @throws ExportIncompleteError after the last row, if the number of rows is not `count`
 */
export async function* countRows<T>(
  blocks: AsyncIterable<readonly T[]>,
  count: number,
): AsyncGenerator<readonly T[]> {
  let readCount = 0;
  for await (const rows of blocks) {
    readCount += rows.length;
    yield rows;
  }
  if (readCount !== count) throw new ExportIncompleteError('rows', count, readCount);
}

/** Builds the URLs of outputs. */
export interface OutputUrls {
  /** Returns the URL of the first output of an image, given its entry from the database. */
  toFirstOutputUrl: (output: string) => string;
  /** Returns the URL of any file. */
  toFileUrl: (name: string) => string;
}

export interface OutputRowOptions {
  urls: OutputUrls;
  /** Output columns of the request. */
  columns: OutputCells;
  /** Undefined without an audit. */
  checkColumn?: CheckColumn;
}

/** Adds the images to the rows of a request. */
export async function* buildOutputRows(
  blocks: AsyncIterable<readonly ExportRow[]>,
  options: OutputRowOptions,
): AsyncGenerator<OutputRow[]> {
  for await (const rows of blocks) yield rows.map((row) => buildOutputRow(row, options));
}

function buildOutputRow(
  row: ExportRow,
  { urls, columns: outputColumns, checkColumn }: OutputRowOptions,
): OutputRow {
  const { cells, outputs, references, columns } = row;
  if (outputs === null) return { cells, images: [] };
  const firstOutputs = outputs.split(',');
  const details = row.details.length > 0 ? splitDetails(row, firstOutputs.length) : undefined;
  const checks = checkColumn && row.audits?.split('|').map(checkColumn.formatEntry);
  const images = firstOutputs.map((output, index): OutputImage => {
    const outputCells: Partial<OutputImage> = row.images
      ? outputColumns.buildCells(row.images[index], details?.[index], urls.toFileUrl)
      : { details: details?.[index] };
    return {
      column: columns?.[index],
      reference: references?.[index] ?? '',
      outputUrl: output === '' ? null : urls.toFirstOutputUrl(output),
      ...outputCells,
      ...(checks && { details: [...(outputCells.details ?? []), checks[index]] }),
    };
  });
  return { cells, images, isPlainList: references === null };
}

/** Converts the lists of the detail columns to one list of values per image. */
function splitDetails({ details }: ExportRow, imageCount: number): string[][] {
  const lists = details.map((list, index) => list?.split(DETAIL_COLUMNS[index].separator) ?? []);
  return Array.from({ length: imageCount }, (_, imageIndex) =>
    lists.map((list) => list[imageIndex] ?? ''),
  );
}
