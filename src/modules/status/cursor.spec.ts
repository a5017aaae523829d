import { describe, expect, it } from 'vitest';
import { encodeCursor, encodePageStart, parseIdCursor, parsePageStart } from './cursor.js';

const ID = '019a0000-0000-7000-8000-000000000001';

describe('parsePageStart() and parseIdCursor()', () => {
  it.each([1, 1000, 2 ** 31 - 1])('parsePageStart() decodes a cursor for row %i', (row) => {
    expect(parsePageStart(encodeCursor(row))).toEqual({ row, position: null });
  });

  it.each([
    { row: 7, position: null },
    { row: 7, position: 5000 },
  ])('parsePageStart() decodes a cursor for the page start %o', (pageStart) => {
    expect(parsePageStart(encodePageStart(pageStart))).toEqual(pageStart);
  });

  it('parseIdCursor() decodes a cursor for a request ID', () => {
    expect(parseIdCursor(encodeCursor(ID))).toBe(ID);
  });

  it.each([
    ['an empty cursor', ''],
    ['text that is not base64url', '%%%'],
    ['base64url followed by other characters', `${encodeCursor(7)}=!`],
    ['row 0', encodeCursor(0)],
    ['a row that exceeds an integer column', encodeCursor(2 ** 31)],
    ['a negative row', encodeCursor(-1)],
    ['a number in exponential notation', encodeCursor('1e3')],
    ['position 0', encodeCursor('7.0')],
    ['a position that exceeds an integer column', encodeCursor('7.2147483648')],
    ['a cursor for a request ID', encodeCursor(ID)],
  ])('parsePageStart() rejects %s', (_case, cursor) => {
    expect(() => parsePageStart(cursor)).toThrow(
      expect.objectContaining({ code: 'invalid_cursor' }),
    );
  });

  it('parseIdCursor() rejects a cursor for a row', () => {
    expect(() => parseIdCursor(encodeCursor(7))).toThrow(/not issued by this server/);
  });
});
