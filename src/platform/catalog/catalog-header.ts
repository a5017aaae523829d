import { columnKey } from './columns/normalize-header.js';
import { detectColumns } from './columns/detect-columns.js';
import type { CatalogOptions } from './catalog-options.js';
import type { RowLayout } from './catalog-row.js';
import { FileProblem } from './csv/file-problem.js';
import { findHeader } from './header/find-header.js';
import { GENERIC, type Platform } from './platforms/index.js';
import type { CatalogWarning, SampledHeader } from './problems.js';

/** Columns that the header and the first rows of a product file describe. */
export interface CatalogHeader {
  platform: Platform;
  /** Position of the header among the records; undefined when the file has none. */
  index?: number;
  layout: RowLayout;
}

/**
 * Decides which record is the header and which columns are read.
 *
 * @param head the first records of the file, blank ones included
 * @throws FileProblem when there is no image column, or a column of the options does not exist
 */
export function readHeader(
  head: readonly string[][],
  delimiter: string,
  options: CatalogOptions,
  warnings: CatalogWarning[],
): CatalogHeader {
  const { index, names: cells, rows: data } = sampleHeader(head, options);
  if (index === undefined) {
    const message =
      'The file has no header row. Its columns were named "Column 1", "Column 2" and so on.';
    warnings.push({ code: 'header_missing', message });
  }

  const context = { baseUrl: options.baseUrl };
  const preamble = head.slice(0, index ?? 0).map(([first]) => first ?? '');
  const found = detectColumns(cells, data, context, preamble);
  const images = options.imageColumns
    ? options.imageColumns.map((name) => columnNamed(cells, name)).toSorted((a, b) => a - b)
    : found.images;
  if (images.length === 0)
    throw withoutImageColumn(
      cells,
      found.ignored.map((left) => left.index),
    );
  const name = selectColumn(cells, options.nameColumn, found.name?.index);
  const serial = selectColumn(cells, options.serialColumn, found.serial?.index);

  const findNamedColumns = (indexes: readonly number[]) =>
    indexes.map((i) => `"${cells[i]}"`).join(', ');
  if (!options.imageColumns) {
    if (found.byContent.length > 0) {
      const message = `${findNamedColumns(found.byContent)}: read as image columns, because their cells contain image URLs.`;
      warnings.push({ code: 'columns_by_content', message });
    }
    const left = found.ignored
      .filter(({ reason }) => reason === 'links')
      .map((column) => column.index);
    if (left.length > 0) {
      const message = `${findNamedColumns(left)}: contain URLs but were not read as image columns. Name them in image_columns to compress them.`;
      warnings.push({ code: 'columns_with_urls_not_read', message });
    }
    const empty = found.ignored
      .filter(({ reason }) => reason === 'no_urls')
      .map((column) => column.index);
    if (empty.length > 0) {
      const message = `${findNamedColumns(empty)}: not read, because their cells contain no URLs.`;
      warnings.push({ code: 'columns_without_urls', message });
    }
  }
  const ambiguous = [
    ['product_name', options.nameColumn === undefined ? found.name : undefined],
    ['serial_number', options.serialColumn === undefined ? found.serial : undefined],
  ] as const;
  for (const [column, text] of ambiguous) {
    if (text === undefined || text.others.length === 0) continue;
    const message = `${column} was read from "${cells[text.index]}"; ${findNamedColumns(text.others)} also matched.`;
    warnings.push({ code: 'column_ambiguous', message });
  }
  const platform = found.platform ?? GENERIC;
  const layout = {
    header: cells,
    delimiter,
    serial,
    name,
    images: [...new Set(images)],
    sharesImages: platform.sharesImages ?? false,
    repeated: new Set<number>(),
    context: { ...context, mediaUrl: platform.mediaUrl },
  };
  return { platform, index, layout };
}

/**
 * Finds the header of a file and the rows below it.
 *
 * @throws FileProblem when the options name a row that does not exist
 */
export function sampleHeader(
  head: readonly string[][],
  options: CatalogOptions,
): SampledHeader & { index?: number; names: string[] } {
  const index = headerIndex(head, options);
  if (index !== undefined) return { index, names: head[index], rows: head.slice(index + 1) };
  const width = Math.max(0, ...head.map((cells) => cells.length));
  return { names: Array.from({ length: width }, (_, i) => `Column ${i + 1}`), rows: head };
}

function headerIndex(head: readonly string[][], { headerRow }: CatalogOptions): number | undefined {
  if (headerRow === 0) return undefined;
  if (headerRow !== undefined) {
    if (headerRow <= head.length) return headerRow - 1;
    const message = `header_row is ${headerRow}, but the file has ${head.length} rows at its start.`;
    throw new FileProblem('header_row_not_found', message, { isAboutFile: true });
  }
  const header = findHeader(head);
  return header === undefined ? undefined : header.index;
}

/** An empty name selects no column. */
function selectColumn(
  header: readonly string[],
  chosen: string | undefined,
  detected: number | undefined,
): number | undefined {
  if (chosen === undefined) return detected;
  return chosen === '' ? undefined : columnNamed(header, chosen);
}

function columnNamed(header: readonly string[], name: string): number {
  const exact = header.findIndex((cell) => cell === name);
  if (exact >= 0) return exact;
  const key = columnKey(name);
  const similar = key === '' ? -1 : header.findIndex((cell) => columnKey(cell) === key);
  if (similar >= 0) return similar;
  const names = header.map((cell) => `"${cell}"`).join(', ');
  const message = `There is no column "${name}". The file has ${names}.`;
  throw new FileProblem('column_unknown', message, { isAboutFile: true });
}

function withoutImageColumn(header: readonly string[], links: number[]): FileProblem {
  const which = links.map((i) => `"${header[i]}"`).join(', ');
  const fix =
    which === ''
      ? 'Name the column "Image URL", or name it in image_columns.'
      : `Set image_columns to one or more of ${which}.`;
  const message = `No column contains image URLs. ${fix}`;
  return new FileProblem('column_missing', message, { isAboutFile: true });
}
