import type { CatalogRow } from '../catalog-row.js';

/** https://www.postgresql.org/docs/current/sql-copy.html, "Text Format" */
export const COPY_PRODUCTS =
  'COPY products (request_id, row_number, serial_number, product_name, cells) FROM STDIN';
export const COPY_IMAGES =
  'COPY images (id, request_id, row_number, position, input_url, same_as) FROM STDIN';

export function productLine(requestId: string, row: CatalogRow): string {
  const head = `${requestId}\t${row.row}\t${column(row.serialNumber)}\t${column(row.productName)}`;
  return `${head}\t${textArray(row.cells)}\n`;
}

/** @param sameAs id of the first image with the same URL, for a later one */
export function imageLine(
  id: number,
  requestId: string,
  row: number,
  position: number,
  url: string,
  sameAs: number | undefined,
): string {
  return `${id}\t${requestId}\t${row}\t${position}\t${column(url)}\t${sameAs ?? '\\N'}\n`;
}

const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const column = (text: string): string =>
  SPECIAL.test(text) ? text.replaceAll(/[\\\n\r\t]/g, (char) => ESCAPES[char]) : text;

/** An array literal inside a COPY column: escaped once for the array, once more for COPY. */
function textArray(cells: string[]): string {
  let text = '{';
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    const quoted = /["\\]/.test(cell) ? cell.replaceAll(/["\\]/g, '\\$&') : cell;
    text += i === 0 ? `"${column(quoted)}"` : `,"${column(quoted)}"`;
  }
  return `${text}}`;
}
