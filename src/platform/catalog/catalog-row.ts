import type { EntryFault, ImageCellContext } from './image-cell/image-entry.js';
import { parseImageCell } from './image-cell/parse-image-cell.js';
import { startsWithScheme } from './image-cell/url-starts.js';
import type { CatalogProblems } from './problems.js';
import type { RowErrorCode } from './row-error-table.js';

/** Maximum number of images per row. */
const MAX_IMAGES_PER_ROW = 1000;
/** Maximum stored length of an unreadable entry, in characters. */
export const MAX_ENTRY_LENGTH = 2048;

/** One image of a row. */
export interface RowImage {
  /** Index of its column in the header. */
  column: number;
  /** URL to download, or the text of an entry that is not a URL. */
  url: string;
  /** Reason why the image cannot be downloaded. Such an image fails without a download. */
  fault?: EntryFault;
}

/** One row of the product file. */
export interface CatalogRow {
  /** Row number, from 1, not counting the header and blank rows. */
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
  /** If undefined, rows are numbered. */
  serialColumn?: number;
  /** If undefined, the serial number is used as the name. */
  nameColumn?: number;
  imageColumns: readonly number[];
  /** True if an image that occurs in several columns of a row counts once. */
  sharesImages: boolean;
  /** Columns with images that also occur in an earlier column of the same row. `readRow` adds columns. */
  duplicateImageColumns: Set<number>;
  context: ImageCellContext;
}

/** Reads one record and adds its problems to `problems`. */
export function readRow(
  cells: string[],
  row: number,
  line: number,
  layout: RowLayout,
  problems: CatalogProblems,
): CatalogRow {
  const { header, serialColumn, nameColumn } = layout;
  foldSpilledUrls(cells, layout);
  const addProblem = (
    code: RowErrorCode,
    message: string,
    column: string | null,
    value: string | null,
  ) => problems.addProblem({ row, line, column, code, message, value });
  dropSurplusCells(cells, layout, addProblem);
  // Spreadsheets omit trailing empty cells.
  while (cells.length < header.length) cells.push('');

  const images = readRowImages(cells, layout, addProblem);
  const serialNumber =
    (serialColumn === undefined ? '' : cells[serialColumn].trim()) || String(row);
  const productName = nameColumn === undefined ? serialNumber : cells[nameColumn].trim();
  return { row, serialNumber, productName, cells, images };
}

type AddProblem = (
  code: RowErrorCode,
  message: string,
  column: string | null,
  value: string | null,
) => void;

function readRowImages(cells: string[], layout: RowLayout, addProblem: AddProblem): RowImage[] {
  const images: RowImage[] = [];
  const seenReferences = layout.sharesImages ? new Set<string>() : undefined;
  for (const column of layout.imageColumns) {
    const previousCount = images.length;
    const entries = parseImageCell(cells[column], layout.context);
    let position = 0;
    for (const { start, end, url, fault } of entries) {
      position++;
      const reference = url ?? cells[column].slice(start, end).slice(0, MAX_ENTRY_LENGTH);
      if (url === undefined && fault === undefined) continue;
      if (seenReferences?.has(reference)) {
        layout.duplicateImageColumns.add(column);
        continue;
      }
      if (images.length === MAX_IMAGES_PER_ROW) {
        const message = `The row has more than ${MAX_IMAGES_PER_ROW} images; the rest are ignored. Split the images across several rows.`;
        addProblem('row_has_too_many_images', message, layout.header[column], null);
        return images;
      }
      if (fault !== undefined) {
        const prefix = entries.length > 1 ? `Entry ${position}: ` : '';
        addProblem(fault.code, prefix + fault.message, layout.header[column], reference);
      }
      images.push({ column, url: reference, fault });
    }
    if (seenReferences) for (const { url } of images.slice(previousCount)) seenReferences.add(url);
  }
  return images;
}

function dropSurplusCells(
  cells: string[],
  { header, delimiter }: RowLayout,
  addProblem: AddProblem,
): void {
  const width = header.length;
  if (cells.length <= width) return;
  const surplusCells = cells.slice(width);
  if (surplusCells.every((cell) => cell.trim() === '')) {
    cells.length = width;
    return;
  }
  const message = `The row has ${cells.length} cells, but the header has ${width}. Quote each cell that contains the delimiter.`;
  addProblem('row_has_extra_cells', message, null, surplusCells.join(delimiter));
}

/**
 * Joins URLs that spill over into extra cells: `1,SKU1,https://a/1.jpg,https://a/2.jpg`. Extra cells belong to
 * the only image column if it is the last named column. A cell that does not start with a URL continues the
 * previous cell (`https://a/x,y.jpg`).
 */
function foldSpilledUrls(cells: string[], { header, imageColumns, delimiter }: RowLayout): void {
  const imageColumn = imageColumns[0];
  if (imageColumns.length !== 1 || cells.length <= imageColumn + 1) return;
  const surplusCells = cells.slice(imageColumn + 1);
  if (surplusCells.every((cell) => cell.trim() === '')) return;
  if (header.slice(imageColumn + 1).some((name) => name.trim() !== '')) return;
  const areSeparateColumns =
    header.length > imageColumn + 1 && !surplusCells.some(startsWithScheme);
  if (areSeparateColumns) return;

  cells[imageColumn] = cells.slice(imageColumn).join(delimiter === '\t' ? ',' : delimiter);
  cells.fill('', imageColumn + 1, header.length);
  cells.length = Math.max(header.length, imageColumn + 1);
}
