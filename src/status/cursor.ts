import { isUUID } from 'class-validator';
import { AppError } from '../common/app-error.js';

export class InvalidCursorError extends AppError {
  constructor() {
    super({
      code: 'invalid_cursor',
      status: 400,
      message:
        'The cursor is not one of ours. Pass on the next_cursor of the page before as it is, or leave it out to begin anew.',
    });
  }
}

/** Where a page ended. Opaque to clients, so that what it holds may change. */
export const encodeCursor = (last: number | string): string =>
  Buffer.from(String(last)).toString('base64url');

/** The row number after which the page of products begins. */
export function rowOfCursor(cursor: string): number {
  const text = decode(cursor);
  const row = Number(text);
  if (!/^[1-9]\d{0,9}$/.test(text) || row > 2 ** 31 - 1) throw new InvalidCursorError();
  return row;
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
