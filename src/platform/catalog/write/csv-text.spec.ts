import { describe, expect, it } from 'vitest';
import { CsvText } from './csv-text.js';

const UTF8_LAYOUT = { delimiter: ',', newline: '\n', encoding: 'utf-8', bom: false } as const;

describe('CsvText', () => {
  it('CsvText quotes cells that would otherwise be ambiguous', () => {
    const cells = ['a', 'b,c', 'say "x"', 'two\nlines', ' blank ', '', null];
    const text = new CsvText(UTF8_LAYOUT).formatRecords([cells]);
    expect(text).toBe('a,"b,c","say ""x""","two\nlines"," blank ",,\n');
  });

  it.each([
    [';', '\r\n', 'a;b,c;"d;e"\r\n'],
    ['\t', '\r', 'a\tb,c\td;e\r'],
    ['|', '\n', 'a|b,c|d;e\n'],
  ] as const)('CsvText writes the delimiter %j and the newline %j', (delimiter, newline, text) => {
    const csv = new CsvText({ ...UTF8_LAYOUT, delimiter, newline });
    expect(csv.formatRecords([['a', 'b,c', 'd;e']])).toBe(text);
  });

  it.each([
    ['utf-8', false, ''],
    ['utf-8', true, '\ufeff'],
    ['windows-1252', false, '\ufeff'],
    ['utf-16le', true, '\ufeff'],
    ['utf-16be', false, '\ufeff'],
  ])('CsvText for a file in %s (byte order mark: %s) starts with %j', (encoding, bom, start) => {
    expect(new CsvText({ ...UTF8_LAYOUT, encoding, bom }).fileStart).toBe(start);
  });
});
