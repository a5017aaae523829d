import { toColumnKey } from './columns/normalize-header.js';
import { detectColumns } from './columns/detect-columns.js';
import type { CatalogOptions } from './catalog-options.js';
import type { RowLayout } from './catalog-row.js';
import { FileProblem } from './csv/file-problem.js';
import { findHeader } from './header/find-header.js';
import { GENERIC, type Platform } from './platforms/index.js';
import type { CatalogWarning, SampledHeader } from './problems.js';

/** Columns detected from the header and the first rows of a product file. */
export interface CatalogHeader {
  platform: Platform;
  /** Index of the header record; undefined if the file has no header. */
  index?: number;
  layout: RowLayout;
}

/**
 * Decides which record is the header and which columns are read.
 *
 * @param head the first records of the file, including blank ones
 * @throws FileProblem if there is no image column, or if the options name a column that does not exist
 */
export function readHeader(
  head: readonly string[][],
  delimiter: string,
  options: CatalogOptions,
  warnings: CatalogWarning[],
): CatalogHeader {
  const { index, names: columnNames, rows: dataRows } = sampleHeader(head, options);
  if (index === undefined) {
    const message =
      'The file has no header row. Its columns were named "Column 1", "Column 2" and so on.';
    warnings.push({ code: 'header_missing', message });
  }

  const context = { baseUrl: options.baseUrl };
  const preamble = head.slice(0, index ?? 0).map(([first]) => first ?? '');
  const detectedColumns = detectColumns(columnNames, dataRows, context, preamble);
  const imageColumns = options.imageColumns
    ? options.imageColumns.map((name) => findColumn(columnNames, name)).toSorted((a, b) => a - b)
    : detectedColumns.imageColumns;
  if (imageColumns.length === 0)
    throw createMissingImageColumnError(
      columnNames,
      detectedColumns.ignoredColumns.map((column) => column.index),
    );
  const nameColumn = selectColumn(
    columnNames,
    options.nameColumn,
    detectedColumns.nameColumn?.index,
  );
  const serialColumn = selectColumn(
    columnNames,
    options.serialColumn,
    detectedColumns.serialColumn?.index,
  );

  const formatColumns = (indexes: readonly number[]) =>
    indexes.map((i) => `"${columnNames[i]}"`).join(', ');
  if (!options.imageColumns) {
    if (detectedColumns.recognizedByContent.length > 0) {
      const message = `These columns were read as image columns because their cells contain image URLs: ${formatColumns(detectedColumns.recognizedByContent)}.`;
      warnings.push({ code: 'columns_by_content', message });
    }
    const linkColumns = detectedColumns.ignoredColumns
      .filter(({ reason }) => reason === 'links')
      .map((column) => column.index);
    if (linkColumns.length > 0) {
      const message = `These columns contain URLs but were not read as image columns: ${formatColumns(linkColumns)}. To compress their images, list them in image_columns.`;
      warnings.push({ code: 'columns_with_urls_not_read', message });
    }
    const columnsWithoutUrls = detectedColumns.ignoredColumns
      .filter(({ reason }) => reason === 'no_urls')
      .map((column) => column.index);
    if (columnsWithoutUrls.length > 0) {
      const message = `These columns were not read as image columns because their cells contain no URLs: ${formatColumns(columnsWithoutUrls)}.`;
      warnings.push({ code: 'columns_without_urls', message });
    }
  }
  const textColumns = [
    ['product_name', options.nameColumn === undefined ? detectedColumns.nameColumn : undefined],
    [
      'serial_number',
      options.serialColumn === undefined ? detectedColumns.serialColumn : undefined,
    ],
  ] as const;
  for (const [column, detectedColumn] of textColumns) {
    if (detectedColumn === undefined || detectedColumn.otherIndexes.length === 0) continue;
    const message = `${column} was read from "${columnNames[detectedColumn.index]}"; ${formatColumns(detectedColumn.otherIndexes)} also matched.`;
    warnings.push({ code: 'column_ambiguous', message });
  }
  const platform = detectedColumns.platform ?? GENERIC;
  const layout = {
    header: columnNames,
    delimiter,
    serialColumn,
    nameColumn,
    imageColumns: [...new Set(imageColumns)],
    sharesImages: platform.sharesImages ?? false,
    duplicateImageColumns: new Set<number>(),
    context: { ...context, toMediaUrl: platform.toMediaUrl },
  };
  return { platform, index, layout };
}

/**
 * Finds the header of a file and the rows below it.
 *
 * @throws FileProblem if the options name a row that does not exist
 */
export function sampleHeader(
  head: readonly string[][],
  options: CatalogOptions,
): SampledHeader & { index?: number; names: string[] } {
  const index = findHeaderIndex(head, options);
  if (index !== undefined) return { index, names: head[index], rows: head.slice(index + 1) };
  const width = Math.max(0, ...head.map((cells) => cells.length));
  return { names: Array.from({ length: width }, (_, i) => `Column ${i + 1}`), rows: head };
}

function findHeaderIndex(
  head: readonly string[][],
  { headerRow }: CatalogOptions,
): number | undefined {
  if (headerRow === 0) return undefined;
  if (headerRow !== undefined) {
    if (headerRow <= head.length) return headerRow - 1;
    const message = `header_row is ${headerRow}, but the header must be one of the first ${head.length} rows. Correct header_row, or omit it.`;
    throw new FileProblem('header_row_not_found', message, { affectsWholeFile: true });
  }
  const header = findHeader(head);
  return header === undefined ? undefined : header.index;
}

/** Returns the column that the options name, or else the detected column. An empty name selects no column. */
function selectColumn(
  header: readonly string[],
  requestedName: string | undefined,
  detectedColumn: number | undefined,
): number | undefined {
  if (requestedName === undefined) return detectedColumn;
  return requestedName === '' ? undefined : findColumn(header, requestedName);
}

function findColumn(header: readonly string[], name: string): number {
  const exactMatch = header.findIndex((cell) => cell === name);
  if (exactMatch >= 0) return exactMatch;
  const key = toColumnKey(name);
  const similarMatch = key === '' ? -1 : header.findIndex((cell) => toColumnKey(cell) === key);
  if (similarMatch >= 0) return similarMatch;
  const names = header.map((cell) => `"${cell}"`).join(', ');
  const message = `There is no column "${name}". The file has these columns: ${names}.`;
  throw new FileProblem('column_unknown', message, { affectsWholeFile: true });
}

function createMissingImageColumnError(
  header: readonly string[],
  ignoredColumns: number[],
): FileProblem {
  const columnNames = ignoredColumns.map((i) => `"${header[i]}"`).join(', ');
  const fix =
    columnNames === ''
      ? 'Rename the image column to "Image URL", or specify it in image_columns.'
      : `Set image_columns to one or more of ${columnNames}.`;
  const message = `No column contains image URLs. ${fix}`;
  return new FileProblem('column_missing', message, { affectsWholeFile: true });
}
