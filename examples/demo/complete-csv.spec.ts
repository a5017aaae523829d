import { describe, expect, it } from 'vitest';
import { isCompleteCsv } from './complete-csv.js';

const CSV = 'S. No.,Product Name,Output Image Urls\n1,"Two\nlines",a\n2,"Two\nmore",b\n';

describe('isCompleteCsv()', () => {
  it('accepts a CSV with all announced rows', () => {
    expect(isCompleteCsv(CSV, 2)).toBe(true);
  });

  it('accepts a CSV without rows', () => {
    expect(isCompleteCsv('S. No.,Product Name\r\n', 0)).toBe(true);
  });

  it('rejects a CSV that was cut at any character', () => {
    for (let length = 0; length < CSV.length; length++) {
      expect(isCompleteCsv(CSV.slice(0, length), 2), CSV.slice(0, length)).toBe(false);
    }
  });
});
