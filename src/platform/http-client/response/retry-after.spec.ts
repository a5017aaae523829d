import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from './retry-after.js';

const now = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT');

describe('parseRetryAfter()', () => {
  it.each([
    ['0', 0],
    ['7', 7000],
    [' 7 ', 7000],
    ['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
    ['86400', 900_000],
    ['99999999999999999999', 900_000],
    ['Thu, 22 Oct 2026 07:28:00 GMT', 900_000],
    ['', undefined],
    [undefined, undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['2.0', 2000],
    ['1.5', 1500],
    ['1.', undefined],
  ])('parseRetryAfter(%j) returns %j', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});
