import type { EntryFault, ImageCellContext } from './image-cell/image-entry.js';
import { parseImageCell } from './image-cell/parse-image-cell.js';
import { startsWithScheme } from './image-cell/url-starts.js';
import type { CatalogProblems } from './problems.js';
import type { RowErrorCode } from './row-error-table.js';

/** Maximum number of images per row. */
const MAX_ROW_IMAGES = 1000;
/** Maximum stored length of an unreadable entry, in characters. */
export const MAX_ENTRY_LENGTH = 2048;

/** One image of a row. */
export interface RowImage {
  /** Position of its column in the header, from 0. */
  column: number;
  /** URL to download. For an entry that is not a URL: its text. */
  url: string;
  /** Reason why it cannot be downloaded. The image fails without a download. */
  fault?: EntryFault;
}

/** One row of the product file. */
export interface CatalogRow {
  /** From 1; the header and blank rows are not counted. */
  row: number;
  serialNumber: string;
  productName: string;
  /** Has at least as many cells as the header. Unquoted URL lists are joined into one cell. */
  cells: string[];
  images: RowImage[];
}

export interface RowLayout {
  header: readonly string[];
  delimiter: string;
  /** Undefined: rows are numbered. */
  serial?: number;
  /** Undefined: the serial number is the name. */
  name?: number;
  images: readonly number[];
  /** An image in several columns of a row counts once. */
  sharesImages: boolean;
  /** Columns with images that an earlier column of their row also has. Reading adds to them. */
  repeated: Set<number>;
  context: ImageCellContext;
}

/** Reads one record and adds its faults to the problems. */
export function readRow(
  cells: string[],
  row: number,
  line: number,
  layout: RowLayout,
  problems: CatalogProblems,
): CatalogRow {
  const { header, serial, name } = layout;
  foldSpilledUrls(cells, layout);
  const add = (code: RowErrorCode, message: string, column: string | null, value: string | null) =>
    problems.add({ row, line, column, code, message, value });
  dropSurplusCells(cells, layout, add);
  // Spreadsheets leave out empty cells at the end of a row.
  while (cells.length < header.length) cells.push('');

  const images = rowImages(cells, layout, add);
  const serialNumber = (serial === undefined ? '' : cells[serial].trim()) || String(row);
  const productName = name === undefined ? serialNumber : cells[name].trim();
  return { row, serialNumber, productName, cells, images };
}

type AddProblem = (
  code: RowErrorCode,
  message: string,
  column: string | null,
  value: string | null,
) => void;

function rowImages(cells: string[], layout: RowLayout, add: AddProblem): RowImage[] {
  const images: RowImage[] = [];
  const seen = layout.sharesImages ? new Set<string>() : undefined;
  for (const column of layout.images) {
    const before = images.length;
    const entries = parseImageCell(cells[column], layout.context);
    let position = 0;
    for (const { start, end, url, fault } of entries) {
      position++;
      const reference = url ?? cells[column].slice(start, end).slice(0, MAX_ENTRY_LENGTH);
      if (url === undefined && fault === undefined) continue;
      if (seen?.has(reference)) {
        layout.repeated.add(column);
        continue;
      }
      if (images.length === MAX_ROW_IMAGES) {
        const message = `The row has more than ${MAX_ROW_IMAGES} images; the others are left out. Spread them over several rows.`;
        add('row_has_too_many_images', message, layout.header[column], null);
        return images;
      }
      if (fault !== undefined) {
        const which = entries.length > 1 ? `Entry ${position}: ` : '';
        add(fault.code, which + fault.message, layout.header[column], reference);
      }
      images.push({ column, url: reference, fault });
    }
    if (seen) for (const { url } of images.slice(before)) seen.add(url);
  }
  return images;
}

function dropSurplusCells(
  cells: string[],
  { header, delimiter }: RowLayout,
  add: AddProblem,
): void {
  const width = header.length;
  if (cells.length <= width) return;
  const surplus = cells.slice(width);
  if (surplus.every((cell) => cell.trim() === '')) {
    cells.length = width;
    return;
  }
  const message = `The row has ${cells.length} cells, the header ${width}. Put a cell that contains the delimiter in quotes.`;
  add('row_has_extra_cells', message, null, surplus.join(delimiter));
}

/**
 * `1,SKU1,https://a/1.jpg,https://a/2.jpg`: extra cells belong to the only image column if it is the last
 * named one. A cell that starts no URL continues the cell before it (`https://a/x,y.jpg`).
 */
function foldSpilledUrls(cells: string[], { header, images, delimiter }: RowLayout): void {
  const urls = images[0];
  if (images.length !== 1 || cells.length <= urls + 1) return;
  const surplus = cells.slice(urls + 1);
  if (surplus.every((cell) => cell.trim() === '')) return;
  if (header.slice(urls + 1).some((name) => name.trim() !== '')) return;
  const isNextColumn = header.length > urls + 1 && !surplus.some(startsWithScheme);
  if (isNextColumn) return;

  cells[urls] = cells.slice(urls).join(delimiter === '\t' ? ',' : delimiter);
  cells.fill('', urls + 1, header.length);
  cells.length = Math.max(header.length, urls + 1);
}
