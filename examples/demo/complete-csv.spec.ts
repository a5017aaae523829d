import { describe, expect, it } from 'vitest';
import { isCompleteCsv } from './complete-csv.js';

const CSV = 'S. No.,Product Name,Output Image Urls\n1,"Two\nlines",a\n2,"Two\nmore",b\n';

describe('isCompleteCsv()', () => {
  it('isCompleteCsv() accepts a CSV with the expected number of rows', () => {
    expect(isCompleteCsv(CSV, 2)).toBe(true);
  });

  it('isCompleteCsv() accepts a CSV without rows', () => {
    expect(isCompleteCsv('S. No.,Product Name\r\n', 0)).toBe(true);
  });

  it('isCompleteCsv() rejects a CSV that is truncated at any character', () => {
    const truncatedCsvs = Array.from(CSV, (_, length) => CSV.slice(0, length));
    expect(truncatedCsvs.filter((csv) => isCompleteCsv(csv, 2))).toEqual([]);
  });
});
