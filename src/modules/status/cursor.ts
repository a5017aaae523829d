import { isUUID } from 'class-validator';
import { AppError } from '../../platform/errors/app-error.js';
import type { PageStart } from '../../platform/database/repositories/products.js';
import { STATUS_ERRORS } from './error-table.js';

/** Of an `integer` column. */
const MAX_INTEGER = 2 ** 31 - 1;

export class InvalidCursorError extends AppError {
  constructor() {
    super(STATUS_ERRORS.invalid_cursor);
  }
}

/** Where a page ended. Opaque to clients, so that what it holds may change. */
export const encodeCursor = (last: number | string): string =>
  Buffer.from(String(last)).toString('base64url');

/** A page ends with a row; within a row only if that has more images than a page. */
export const encodePageStart = ({ row, position }: PageStart): string =>
  encodeCursor(position === null ? row : `${row}.${position}`);

/**
 * Reads where a page of products starts.
 * @throws InvalidCursorError
 */
export function pageStartOfCursor(cursor: string): PageStart {
  const [, row, position] = /^([1-9]\d{0,9})(?:\.([1-9]\d{0,9}))?$/.exec(decode(cursor)) ?? [];
  const start = { row: Number(row), position: position === undefined ? null : Number(position) };
  // Written so that NaN, of a cursor in another form, is refused too.
  if (!(start.row <= MAX_INTEGER && (start.position ?? 0) <= MAX_INTEGER)) {
    throw new InvalidCursorError();
  }
  return start;
}

/** The id after which the page of requests begins. */
export function idOfCursor(cursor: string): string {
  const text = decode(cursor);
  if (!isUUID(text)) throw new InvalidCursorError();
  return text;
}

/** Buffer.from skips what is not base64url: only what encodes back to itself was made by us. */
function decode(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (encodeCursor(text) !== cursor) throw new InvalidCursorError();
  return text;
}
