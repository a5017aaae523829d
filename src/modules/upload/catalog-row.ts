import type { CsvProblems } from './problems.js';
import { splitUrlCell, startsWithScheme } from './url-cell.js';
import { urlFault } from './url-syntax.js';

/** Bounds the memory that one product takes in an answer and in a line of an export. */
export const MAX_IMAGES_PER_ROW = 1000;

/** A checked row of the catalog. */
export interface CatalogRow {
  /** From 1; the header and blank lines are not counted. */
  row: number;
  serialNumber: string;
  productName: string;
  /** As many as the header has; spilled URLs joined by `,` into their one cell. */
  cells: string[];
  urls: string[];
}

export interface RowLayout {
  header: readonly string[];
  delimiter: string;
  serialNumber: number;
  productName: number;
  urls: number;
}

/** The row as it is stored; undefined when it has problems, all of which were added. */
export function checkRow(
  cells: string[],
  row: number,
  line: number,
  layout: RowLayout,
  problems: CsvProblems,
): CatalogRow | undefined {
  const before = problems.count;
  const add = (code: string, message: string, at: number | null, value: string | null) =>
    problems.add({
      row,
      line,
      column: at === null ? null : layout.header[at],
      code,
      message,
      value,
    });

  const spilled = foldSpilledUrls(cells, layout);
  const width = layout.header.length;
  if (cells.length > width) {
    const surplus = cells.splice(width);
    if (surplus.some((cell) => cell.trim() !== '')) {
      const message = `The row has ${width + surplus.length} cells, the header ${width}. Put a cell that holds the delimiter in quotes; URLs may spill over only when their column is the last.`;
      add('row_has_extra_cells', message, null, surplus.join(layout.delimiter));
      return undefined;
    }
  }
  // Spreadsheets leave out empty cells at the end of a row.
  while (cells.length < width) cells.push('');

  const text = cells[layout.urls];
  const urls: string[] = [];
  if (text.trim() === '') {
    add('url_missing', 'The row has no image URL.', layout.urls, null);
  } else {
    let i = -1;
    for (const url of splitUrlCell(text)) {
      if (++i === MAX_IMAGES_PER_ROW) {
        const message = `The cell has more than ${MAX_IMAGES_PER_ROW} image URLs. Move the others to further rows of the same product.`;
        add('row_has_too_many_images', message, layout.urls, text);
        break;
      }
      if (url === undefined) {
        const message = `There is no URL at position ${i + 1} of the cell: two separators follow each other.`;
        add('url_empty', message, layout.urls, text);
        continue;
      }
      const fault = urlFault(url);
      if (fault === undefined) urls.push(url);
      else add(fault.code, `URL ${i + 1} of the cell: ${fault.message}`, layout.urls, url);
    }
  }
  if (problems.count > before) return undefined;
  if (spilled) cells[layout.urls] = urls.join(',');
  return {
    row,
    serialNumber: cells[layout.serialNumber].trim(),
    productName: cells[layout.productName].trim(),
    cells,
    urls,
  };
}

/**
 * `1,SKU1,https://a/1.jpg,https://a/2.jpg`: cells after the URL column belong to it when it is the
 * last that has a name. A cell that starts no URL is the rest of the one before (`https://a/x,y.jpg`).
 */
function foldSpilledUrls(cells: string[], { header, urls, delimiter }: RowLayout): boolean {
  if (cells.length <= urls + 1) return false;
  const surplus = cells.slice(urls + 1);
  if (surplus.every((cell) => cell.trim() === '')) return false;
  if (header.slice(urls + 1).some((name) => name.trim() !== '')) return false;
  const intoUnnamed = header.length > urls + 1 && !surplus.some(startsWithScheme);
  if (intoUnnamed) return false;

  cells[urls] = cells.slice(urls).join(delimiter);
  cells.fill('', urls + 1, header.length);
  cells.length = Math.max(header.length, urls + 1);
  return true;
}
