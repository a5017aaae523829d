import { describe, expect, it } from 'vitest';
import { chunks, csvFixture, HEADER, refusedCatalog } from '../../../test/support/read-catalog.js';

const A = 'https://a.example/1.jpg';
const row = (n: number) => `${n},SKU${n},${n > 2 ? 'ftp://a/b' : A}\n`;
const withHeader = (bytes: Buffer) => Buffer.concat([Buffer.from(`${HEADER}\n`), bytes]);
const URLS = 'Input Image Urls';

describe('a catalog that can not be used', () => {
  it.each([
    ['empty', 'csv_empty', null, 1, null],
    ['only-blank-lines', 'csv_empty', null, 4, null],
    ['header-only', 'csv_without_rows', null, 2, null],
    ['column-missing', 'column_missing', null, 1, null],
    ['url-cell-empty', 'url_missing', 2, 3, URLS],
    ['url-cell-absent', 'url_missing', 1, 2, URLS],
    ['url-ftp', 'url_scheme', 1, 2, URLS],
    ['url-without-scheme', 'url_invalid', 1, 2, URLS],
    ['url-with-password', 'url_user_info', 1, 2, URLS],
    ['url-bad-port', 'url_invalid', 1, 2, URLS],
    ['url-too-long', 'url_too_long', 1, 2, URLS],
    ['url-empty-between', 'url_empty', 1, 2, URLS],
    ['url-empty-between-spilled', 'url_empty', 1, 2, URLS],
    ['row-too-wide', 'row_has_extra_cells', 1, 2, null],
    ['quote-unclosed', 'quote_unclosed', null, 3, null],
    ['quote-misplaced', 'quote_misplaced', null, 3, null],
    ['nul-byte', 'nul_byte', null, 3, null],
    ['encodings-mixed', 'encoding_invalid', null, 3, null],
  ])('%s: %s', async (name, code, row, line, column) => {
    const { error, errors } = await refusedCatalog(csvFixture(name));
    expect(error.status).toBe(400);
    expect(errors[0]).toMatchObject({ code, row, line, column });
    expect(error.code).toBe(row === null ? code : 'csv_rows_invalid');
  });

  it('names a row with more than 1,000 image URLs, and takes one with 1,000', async () => {
    const cell = (urls: number) =>
      Array.from({ length: urls }, (_, i) => `https://a/${i}`).join(',');
    const text = `${HEADER}\n1,SKU1,"${cell(1000)}"\n2,SKU2,"${cell(1001)}"\n`;
    const { errors, count } = await refusedCatalog(chunks(Buffer.from(text), 65_536));
    expect(count).toBe(1);
    expect(errors[0]).toMatchObject({
      code: 'row_has_too_many_images',
      row: 2,
      line: 3,
      column: URLS,
      message: expect.stringMatching(/^The cell has more than 1000 image URLs\. Move/),
    });
  });

  it('stops to read a cell of half a million separators after 1,000 empty entries', async () => {
    const text = `${HEADER}\n1,SKU1,"${A}${','.repeat(500_000)}${A}"\n`;
    const { errors, count } = await refusedCatalog(chunks(Buffer.from(text), 65_536));
    expect([errors[0].code, count]).toEqual(['url_empty', 1000]);
  });

  it('says that a PNG is no CSV', async () => {
    const { error } = await refusedCatalog(csvFixture('png-named'));
    expect(error).toMatchObject({ status: 415, code: 'not_a_csv' });
  });

  it('says where UTF-16 is cut off', async () => {
    const { error } = await refusedCatalog(csvFixture('utf-16-cut-off'));
    expect(error).toMatchObject({ status: 400, code: 'encoding_invalid' });
  });

  it('names the aliases of every column that is missing', async () => {
    const { errors } = await refusedCatalog(csvFixture('columns-missing-all'));
    expect(errors.map(({ code }) => code)).toEqual(Array(3).fill('column_missing'));
    expect(errors[0].message).toContain('"Serial Number"');
  });

  it('yields no row after the first that is wrong, reports a hundred and counts all', async () => {
    const text = HEADER + '\n' + Array.from({ length: 5000 }, (_, i) => row(i + 1)).join('');
    const { errors, count } = await refusedCatalog(chunks(Buffer.from(text), 1000));
    expect(errors).toHaveLength(100);
    expect(count).toBe(4998);
    expect(errors.at(-1)).toMatchObject({ row: 102, line: 103 });
  });

  it('cuts a long value', async () => {
    const { errors } = await refusedCatalog(csvFixture('url-too-long'));
    expect(errors[0].value).toHaveLength(200);
  });

  it.each([
    ['10 MB of quotes', () => Buffer.alloc(10_000_000, '"'), 'record_too_long'],
    [
      '10 MB of quotes after a header',
      () => withHeader(Buffer.alloc(10_000_000, '"')),
      'record_too_long',
    ],
    [
      'quotes and text in turns',
      () => withHeader(Buffer.alloc(10_000_000, '"a')),
      'quote_misplaced',
    ],
    ['10 MB of commas', () => withHeader(Buffer.alloc(10_000_000, ',')), 'record_too_long'],
    ['a record of too many cells', () => withHeader(Buffer.alloc(5000, ',')), 'too_many_columns'],
    ['10 MB without a line end', () => Buffer.alloc(10_000_000, 'a'), 'record_too_long'],
    ['10 MB of line ends', () => Buffer.alloc(10_000_000, '\n'), 'record_too_long'],
    ['quoted line ends', () => Buffer.alloc(10_000_000, '"\n\n\n\n\n\n\n\n'), 'column_missing'],
    [
      'a URL cell of blanks',
      () => withHeader(Buffer.from(`1,S,a${' '.repeat(1e6)}b\n`)),
      'url_invalid',
    ],
    ['a URL cell of letters', () => withHeader(Buffer.alloc(900_000, 'a://')), 'url_missing'],
  ])('gives up on %s within a second', async (_, bytes, code) => {
    const started = performance.now();
    const { errors } = await refusedCatalog(chunks(bytes(), 16_384));
    expect(performance.now() - started).toBeLessThan(1000);
    expect(errors[0].code).toBe(code);
  });
});
