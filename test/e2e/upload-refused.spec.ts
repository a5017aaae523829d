import { deepStrictEqual } from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import {
  readCsvFixture,
  HEADER,
  imageUrl,
  type FormPart,
  ROW,
  UploadFixture,
} from '../support/upload-fixture.js';

const bench = UploadFixture.forThisFile();

/** Exceeds the limit by so little that `Content-Length` of the form does not show it. */
const oversized = `${HEADER}\n`.padEnd(2_000_100, `${ROW}\n`);

const csvPart = (name: string): FormPart => [name, new Blob([`${HEADER}\n${ROW}\n`]), 'a.csv'];

describe('POST /upload with an invalid form', () => {
  let counted: object;
  beforeAll(async () => {
    counted = await bench.countStoredRows();
  });
  afterEach(async () => {
    // A rejected upload leaves no rows.
    deepStrictEqual(await bench.countStoredRows(), counted);
  });

  it.each([
    ['an empty file', '', 400, 'csv_empty'],
    ['a header only', readCsvFixture('header-only'), 400, 'csv_without_rows'],
    ['a missing column', readCsvFixture('column-missing'), 400, 'column_missing'],
    ['a file whose only URL is ftp://', readCsvFixture('url-ftp'), 400, 'no_usable_image'],
    ['a file without a single image', `${HEADER}\n1,SKU1,\n`, 400, 'no_usable_image'],
    ['an unclosed quote', readCsvFixture('quote-unclosed'), 400, 'quote_unclosed'],
    ['NUL bytes', readCsvFixture('nul-byte'), 400, 'nul_byte'],
    ['nothing but quotes', Buffer.alloc(1_900_000, '"'), 400, 'record_too_long'],
    ['a PNG named .csv', readCsvFixture('png-named'), 415, 'not_a_product_file'],
    ['more bytes than allowed', oversized, 413, 'upload_too_large'],
    ['far more bytes than allowed', Buffer.alloc(9_000_000, ROW), 413, 'upload_too_large'],
  ])('POST /upload with an invalid form rejects %s', async (_, csv, expected, code) => {
    const { status, headers, body } = await bench.app.api.upload(csv);
    expect(body).toMatchObject({ code, status: expected });
    expect(status).toBe(expected);
    expect(headers.get('content-type')).toMatch('application/problem+json');
  });

  it('POST /upload with an invalid form locates each invalid row with strict=true', async () => {
    const csv = [HEADER, ROW, '2,SKU2,ftp://a/2.jpg', '3,SKU3,', '4,SKU4,C:\\4.jpg'].join('\n');
    const { status, body } = await bench.app.api.upload(csv, { strict: 'true' });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'csv_rows_invalid',
      error_count: 2,
      errors: [
        { row: 2, line: 3, column: 'Input Image Urls', code: 'url_scheme' },
        { row: 4, line: 5, column: 'Input Image Urls', code: 'url_local_path' },
      ],
      warnings: [{ code: 'rows_without_image', message: '1 row has no image.' }],
    });
    expect(body.detail).toMatch(/^Nothing was stored\. Row 2 \(line 3\): /);
  });

  it('POST /upload with an invalid form stores none of the rows before the invalid one', async () => {
    const good = Array.from({ length: 30_000 }, (_, i) => `${i},SKU${i},${imageUrl(String(i))}`);
    const { status, body } = await bench.app.api.upload(
      [HEADER, ...good, '1,SKU,ftp://a/b'].join('\n'),
      { strict: 'true' },
    );
    expect(status).toBe(400);
    expect(body).toMatchObject({ error_count: 1, errors: [{ row: 30_001, line: 30_002 }] });
  });

  it('POST /upload with an invalid form lists the first 100 of 4,999 problems and their total', async () => {
    const wrong = Array.from({ length: 4999 }, (_, i) => `${i},SKU${i},ftp://a/${i}.jpg`);
    const { body } = await bench.app.api.upload([HEADER, ROW, ...wrong].join('\n'), {
      strict: 'true',
    });
    expect(body.errors).toHaveLength(100);
    expect(body.error_count).toBe(4999);
    expect(body.detail).toMatch(/The first 100 of 4,999 are listed in "errors"\.$/);
  });

  it.each([
    ['image_columns', { image_columns: '["Photo"]' }],
    ['name_column', { name_column: 'Photo' }],
    ['serial_column', { serial_column: 'Photo' }],
  ] as [string, Record<string, string>][])(
    'POST /upload with an invalid form names the columns of the file when %s names another one',
    async (_, fields) => {
      const { status, body } = await bench.app.api.upload(`${HEADER}\n${ROW}\n`, fields);
      expect(status).toBe(400);
      expect(body).toMatchObject({
        code: 'column_unknown',
        detail:
          'Nothing was stored. There is no column "Photo". The file has "S. No.", "Product Name", "Input Image Urls".',
      });
    },
  );

  it.each([
    ['an empty list of image columns', { image_columns: '[]' }],
    ['image columns that are not names', { image_columns: '[1]' }],
    ['an unknown delimiter', { delimiter: 'x' }],
    ['an unknown encoding', { encoding: 'utf-9' }],
    ['a header row below 0', { header_row: '-1' }],
    ['a base_url that is none', { base_url: '/media' }],
    ['a strict that is neither', { strict: 'maybe' }],
    ['an estimate that is neither', { estimate: 'maybe' }],
  ] as [string, Record<string, string>][])(
    'POST /upload with an invalid form rejects %s',
    async (_, fields) => {
      const { status, body } = await bench.app.api.upload(`${HEADER}\n${ROW}\n`, fields);
      expect(body).toMatchObject({ code: 'invalid_parameter', status: 400 });
      expect(status).toBe(400);
    },
  );

  it('POST /upload with an invalid form rejects a reading option after the file', async () => {
    const late: FormPart = ['image_columns', 'Input Image Urls'];
    const { status, body } = await bench.postForm([csvPart('file'), late, ['quality', '60']]);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'option_after_file',
      detail: expect.stringMatching(/^image_columns comes after the file/),
    });
  });

  it.each([true, false])(
    'POST /upload with an invalid form rejects a file together with a catalog_url (link first: %s)',
    async (first) => {
      const link: FormPart = ['catalog_url', 'https://shop.example/products.csv'];
      const parts = first ? [link, csvPart('file')] : [csvPart('file'), link];
      const { status, body } = await bench.postForm(parts);
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'file_and_catalog_url' });
    },
  );

  it.each([
    ['quality 0', { quality: '0' }, 'invalid_parameter'],
    ['quality 101', { quality: '101' }, 'invalid_parameter'],
    ['quality abc', { quality: 'abc' }, 'invalid_parameter'],
    ['quality 50.5', { quality: '50.5' }, 'invalid_parameter'],
    ['an unknown format', { format: 'bmp' }, 'invalid_parameter'],
    ['max_width 0', { max_width: '0' }, 'invalid_parameter'],
    ['a dry_run that is neither', { dry_run: 'maybe' }, 'invalid_parameter'],
    ['a webhook_secret of the wrong kind', { webhook_secret: 'hush' }, 'invalid_parameter'],
    ['an unknown option', { qualty: '50' }, 'unknown_option'],
    ['a name of Object.prototype', { __proto__x: '1', constructor: 'x' }, 'unknown_option'],
    ['a webhook_url to localhost', { webhook_url: 'http://localhost/hook' }, 'webhook_url_denied'],
    ['a webhook_url to 10/8', { webhook_url: 'http://10.0.0.1/hook' }, 'webhook_url_denied'],
    ['a webhook_url to [::1]', { webhook_url: 'http://[::1]:80/hook' }, 'webhook_url_denied'],
    ['a webhook_url in hex', { webhook_url: 'http://0x7f000001/' }, 'webhook_url_denied'],
    ['a webhook_url by ftp', { webhook_url: 'ftp://a.example/' }, 'webhook_url_invalid'],
    [
      'a webhook_url with a password',
      { webhook_url: 'https://a:b@a.example/' },
      'webhook_url_invalid',
    ],
    ['a webhook_url that is none', { webhook_url: 'hook' }, 'webhook_url_invalid'],
  ] as [string, Record<string, string>, string][])(
    'POST /upload with an invalid form rejects %s',
    async (_, fields, code) => {
      const file: FormPart = ['file', new Blob([`${HEADER}\n${ROW}\n`]), 'a.csv'];
      const options = Object.entries(fields) as FormPart[];
      for (const parts of [
        [...options, file],
        [file, ...options],
      ]) {
        const { status, body } = await bench.postForm(parts);
        expect(body).toMatchObject({ code, status: 400 });
        expect(status).toBe(400);
      }
    },
  );

  it.each([
    ['no file', [['quality', '50']], 'file_missing'],
    ['text in place of the file', [['file', `${HEADER}\n${ROW}`]], 'file_missing'],
    ['two files', [csvPart('file'), csvPart('file')], 'too_many_files'],
    ['a file in another field', [csvPart('csv')], 'unexpected_file'],
    ['an option twice', [csvPart('file'), ['quality', '5'], ['quality', '6']], 'invalid_parameter'],
  ] as [string, FormPart[], string][])(
    'POST /upload with an invalid form rejects %s',
    async (_, parts, code) => {
      const { status, body } = await bench.postForm(parts);
      expect(body).toMatchObject({ code });
      expect(status).toBe(400);
    },
  );

  it('POST /upload with an invalid form rejects a body that is not a form', async () => {
    const response = await fetch(`${bench.app.url}/upload`, {
      method: 'POST',
      body: `${HEADER}\n${ROW}`,
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ code: 'not_multipart' });
  });

  it('POST /upload with an invalid form rejects an incomplete form', async () => {
    const response = await fetch(`${bench.app.url}/upload`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: `--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${HEADER}\n${ROW}\n`,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'form_invalid' });
  });

  it('POST /upload with an invalid form releases its database connection when the client disconnects', async () => {
    await new Promise<void>((resolve) => {
      const upload = httpRequest(`${bench.app.url}/upload`, {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      });
      upload.on('error', () => resolve());
      upload.write(
        `--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${HEADER}\n` +
          `${ROW}\n`.repeat(20_000),
        () => upload.destroy(new Error('gone')),
      );
    });
    const open = () =>
      bench.queryRows(
        `SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
      );
    const ended = await eventually(async () => (await open()).length === 0, {
      description: 'the transaction to end',
    });
    expect(ended).toBe(true);
    // The client caused it, so the log has neither a warning nor an error.
    const isLogged = ({ msg }: { msg: string }) => msg === 'POST /upload aborted';
    await eventually(() => bench.app.logs.some(isLogged), { description: 'the line of the log' });
    expect(bench.app.logs.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
