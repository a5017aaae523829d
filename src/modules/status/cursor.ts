import { isUUID } from 'class-validator';
import { AppError } from '../../platform/errors/app-error.js';
import type { PageStart } from '../../platform/database/repositories/products.js';
import { STATUS_ERRORS } from './error-table.js';

/** Maximum of an `integer` column. */
const MAX_INTEGER = 2 ** 31 - 1;

export class InvalidCursorError extends AppError {
  constructor() {
    super(STATUS_ERRORS.invalid_cursor);
  }
}

/** Encodes the end of a page. Clients must not interpret it, because its content may change. */
export const encodeCursor = (last: number | string): string =>
  Buffer.from(String(last)).toString('base64url');

/** A page ends after a row. It ends within a row only if the row has more images than a page. */
export const encodePageStart = ({ row, position }: PageStart): string =>
  encodeCursor(position === null ? row : `${row}.${position}`);

/**
 * Reads the start of a page of products.
 * @throws InvalidCursorError
 */
export function parsePageStart(cursor: string): PageStart {
  const [, row, position] =
    /^([1-9]\d{0,9})(?:\.([1-9]\d{0,9}))?$/.exec(decodeCursor(cursor)) ?? [];
  const start = { row: Number(row), position: position === undefined ? null : Number(position) };
  // Also rejects NaN, which another kind of cursor gives.
  if (!(start.row <= MAX_INTEGER && (start.position ?? 0) <= MAX_INTEGER)) {
    throw new InvalidCursorError();
  }
  return start;
}

/** Returns the id after which the page of requests starts. */
export function parseIdCursor(cursor: string): string {
  const text = decodeCursor(cursor);
  if (!isUUID(text)) throw new InvalidCursorError();
  return text;
}

/** Buffer.from skips invalid base64url characters. A valid cursor therefore encodes back to itself. */
function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (encodeCursor(text) !== cursor) throw new InvalidCursorError();
  return text;
}
