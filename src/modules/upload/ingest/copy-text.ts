import type { CatalogRow, RowImage } from '../../../platform/catalog/catalog-row.js';
import { toInputHost } from '../../../platform/database/statements/image-host.js';

/** https://www.postgresql.org/docs/current/sql-copy.html, "Text Format" */
export const COPY_PRODUCTS =
  'COPY products (request_id, row_number, serial_number, product_name, cells) FROM STDIN';
export const COPY_IMAGES =
  'COPY images (id, request_id, row_number, position, column_index, file_name, input_url, input_host, same_as) FROM STDIN';
/** Images with an unreadable cell. They are rare, so the other images use a shorter statement. */
export const COPY_FAULTY_IMAGES =
  'COPY images (id, request_id, row_number, position, column_index, file_name, input_url, status, error_code, ' +
  'error_message, finished_at) FROM STDIN';

export function productLine(requestId: string, row: CatalogRow): string {
  const head = `${requestId}\t${row.row}\t${escapeCharacter(row.serialNumber)}\t${escapeCharacter(row.productName)}`;
  return `${head}\t${textArray(row.cells)}\n`;
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

/** @param sameAs id of the first image with the same URL, for a later one */
export function imageLine(
  at: ImagePosition,
  { column, url }: RowImage,
  sameAs: number | undefined,
): string {
  return `${startOfLine(at, column)}\t${escapeCharacter(url)}\t${toInputHost(url) ?? NULL}\t${sameAs ?? NULL}\n`;
}

export function faultyImageLine(
  at: ImagePosition,
  { column, url, fault }: RowImage,
  now: string,
): string {
  const { code, message } = fault!;
  return `${startOfLine(at, column)}\t${escapeCharacter(url)}\tfailed\t${escapeCharacter(code)}\t${escapeCharacter(message)}\t${now}\n`;
}

const NULL = '\\N';

const startOfLine = (
  { id, requestId, row, position, fileName }: ImagePosition,
  column: number,
): string => `${id}\t${requestId}\t${row}\t${position}\t${column}\t${fileName ?? NULL}`;

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  // PostgreSQL stores no NUL character; a cell of a workbook may contain one.
  '\0': '',
};

const escapeCharacter = (text: string): string =>
  /[\\\n\r\t\0]/.test(text) ? text.replaceAll(/[\\\n\r\t\0]/g, (char) => ESCAPES[char]) : text;

/** Writes an array literal for a COPY column, escaped for the array and then for COPY. */
function textArray(cells: string[]): string {
  let text = '{';
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    const quoted = /["\\]/.test(cell) ? cell.replaceAll(/["\\]/g, '\\$&') : cell;
    text += i === 0 ? `"${escapeCharacter(quoted)}"` : `,"${escapeCharacter(quoted)}"`;
  }
  return `${text}}`;
}
