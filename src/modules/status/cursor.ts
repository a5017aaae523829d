import { isUUID } from 'class-validator';
import { AppError } from '../../platform/errors/app-error.js';
import type { PageStart } from '../../platform/database/repositories/products.js';
import { STATUS_ERRORS } from './error-table.js';

/** Maximum value of an `integer` column. */
const MAX_INTEGER = 2 ** 31 - 1;

export class InvalidCursorError extends AppError {
  constructor() {
    super(STATUS_ERRORS.invalid_cursor);
  }
}

/** Encodes the end of a page. Clients must not interpret cursors, because their content may change. */
export const encodeCursor = (lastItem: number | string): string =>
  Buffer.from(String(lastItem)).toString('base64url');

/** Encodes the start of the next page. A page ends within a row only if the row has more images than a page. */
export const encodePageStart = ({ row, position }: PageStart): string =>
  encodeCursor(position === null ? row : `${row}.${position}`);

/**
 * Decodes the start of a page of products.
 * @throws InvalidCursorError
 */
export function parsePageStart(cursor: string): PageStart {
  const [, row, position] =
    /^([1-9]\d{0,9})(?:\.([1-9]\d{0,9}))?$/.exec(decodeCursor(cursor)) ?? [];
  const start = { row: Number(row), position: position === undefined ? null : Number(position) };
  // Also rejects NaN, which results from other kinds of cursors.
  if (!(start.row <= MAX_INTEGER && (start.position ?? 0) <= MAX_INTEGER)) {
    throw new InvalidCursorError();
  }
  return start;
}

/** Decodes the ID of the last request on the previous page. */
export function parseIdCursor(cursor: string): string {
  const text = decodeCursor(cursor);
  if (!isUUID(text)) throw new InvalidCursorError();
  return text;
}

/** Rejects cursors that do not encode back to themselves, because Buffer.from skips invalid characters. */
function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (encodeCursor(text) !== cursor) throw new InvalidCursorError();
  return text;
}
