import type { CatalogRow, RowImage } from '../../../platform/catalog/catalog-row.js';
import { toInputHost } from '../../../platform/database/statements/image-host.js';

/** COPY statements in text format: https://www.postgresql.org/docs/current/sql-copy.html */
export const COPY_PRODUCTS =
  'COPY products (request_id, row_number, serial_number, product_name, cells) FROM STDIN';
export const COPY_IMAGES =
  'COPY images (id, request_id, row_number, position, column_index, file_name, input_url, input_host, same_as) FROM STDIN';
/** Statement for images with an unreadable cell, which are rare. All other images use the shorter statement. */
export const COPY_FAULTY_IMAGES =
  'COPY images (id, request_id, row_number, position, column_index, file_name, input_url, status, error_code, ' +
  'error_message, finished_at) FROM STDIN';

export function formatProductLine(requestId: string, row: CatalogRow): string {
  const head = `${requestId}\t${row.row}\t${escapeText(row.serialNumber)}\t${escapeText(row.productName)}`;
  return `${head}\t${formatTextArray(row.cells)}\n`;
}

/** Position of an image in its request. */
export interface ImagePosition {
  id: number;
  requestId: string;
  row: number;
  /** From 1, within the row. */
  position: number;
  /** Undefined without `filename_template`. */
  fileName?: string;
}

/** @param sameAs ID of the first image with the same URL; undefined for the first image itself */
export function formatImageLine(
  position: ImagePosition,
  { column, url }: RowImage,
  sameAs: number | undefined,
): string {
  return `${formatLineStart(position, column)}\t${escapeText(url)}\t${toInputHost(url) ?? NULL}\t${sameAs ?? NULL}\n`;
}

export function formatFaultyImageLine(
  position: ImagePosition,
  { column, url, fault }: RowImage,
  now: string,
): string {
  const { code, message } = fault!;
  return `${formatLineStart(position, column)}\t${escapeText(url)}\tfailed\t${escapeText(code)}\t${escapeText(message)}\t${now}\n`;
}

const NULL = '\\N';

const formatLineStart = (
  { id, requestId, row, position, fileName }: ImagePosition,
  column: number,
): string => `${id}\t${requestId}\t${row}\t${position}\t${column}\t${fileName ?? NULL}`;

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  // PostgreSQL cannot store a NUL character, which a workbook cell may contain.
  '\0': '',
};

const escapeText = (text: string): string =>
  /[\\\n\r\t\0]/.test(text) ? text.replaceAll(/[\\\n\r\t\0]/g, (char) => ESCAPES[char]) : text;

/** Writes an array literal for a COPY column, escaped for the array and then for COPY. */
function formatTextArray(cells: string[]): string {
  let text = '{';
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    const escapedCell = /["\\]/.test(cell) ? cell.replaceAll(/["\\]/g, '\\$&') : cell;
    text += i === 0 ? `"${escapeText(escapedCell)}"` : `,"${escapeText(escapedCell)}"`;
  }
  return `${text}}`;
}
