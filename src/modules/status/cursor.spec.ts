import { describe, expect, it } from 'vitest';
import { encodeCursor, encodePageStart, parseIdCursor, parsePageStart } from './cursor.js';

const ID = '019a0000-0000-7000-8000-000000000001';

describe('A cursor', () => {
  it.each([1, 1000, 2 ** 31 - 1])('A cursor encodes row %i', (row) => {
    expect(parsePageStart(encodeCursor(row))).toEqual({ row, position: null });
  });

  it.each([
    { row: 7, position: null },
    { row: 7, position: 5000 },
  ])('A cursor encodes the start of a product page: %o', (start) => {
    expect(parsePageStart(encodePageStart(start))).toEqual(start);
  });

  it('A cursor encodes a request id', () => {
    expect(parseIdCursor(encodeCursor(ID))).toBe(ID);
  });

  it.each([
    ['empty', ''],
    ['text that is not base64url', '%%%'],
    ['base64url with other characters behind it', `${encodeCursor(7)}=!`],
    ['a row before the first', encodeCursor(0)],
    ['a row that no column can hold', encodeCursor(2 ** 31)],
    ['a negative row', encodeCursor(-1)],
    ['a number in another notation', encodeCursor('1e3')],
    ['a position before the first', encodeCursor('7.0')],
    ['a position that no column can hold', encodeCursor('7.2147483648')],
    ['the cursor of a list of requests', encodeCursor(ID)],
  ])('A cursor is rejected if it is %s', (_what, cursor) => {
    expect(() => parsePageStart(cursor)).toThrow(
      expect.objectContaining({ code: 'invalid_cursor' }),
    );
  });

  it('A row cursor is rejected where a request cursor is expected', () => {
    expect(() => parseIdCursor(encodeCursor(7))).toThrow(/not issued by this server/);
  });
});
