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

const uploadFixture = UploadFixture.forThisFile();

/** Exceeds the limit by too little for the form's `Content-Length` to reveal it. */
const oversized = `${HEADER}\n`.padEnd(2_000_100, `${ROW}\n`);

const csvPart = (name: string): FormPart => [name, new Blob([`${HEADER}\n${ROW}\n`]), 'a.csv'];

describe('POST /upload with an invalid form', () => {
  let countsBefore: object;
  beforeAll(async () => {
    countsBefore = await uploadFixture.countStoredRows();
  });
  afterEach(async () => {
    // A rejected upload leaves no rows.
    deepStrictEqual(await uploadFixture.countStoredRows(), countsBefore);
  });

  it.each([
    ['an empty file', '', 400, 'csv_empty'],
    ['a file with only a header', readCsvFixture('header-only'), 400, 'csv_without_rows'],
    ['a file with a missing column', readCsvFixture('column-missing'), 400, 'column_missing'],
    ['a file whose only URL is ftp://', readCsvFixture('url-ftp'), 400, 'no_usable_image'],
    ['a file without a single image', `${HEADER}\n1,SKU1,\n`, 400, 'no_usable_image'],
    ['a file with an unclosed quote', readCsvFixture('quote-unclosed'), 400, 'quote_unclosed'],
    ['a file with NUL bytes', readCsvFixture('nul-byte'), 400, 'nul_byte'],
    ['a file of quotes only', Buffer.alloc(1_900_000, '"'), 400, 'record_too_long'],
    ['a PNG named .csv', readCsvFixture('png-named'), 415, 'not_a_product_file'],
    ['a file slightly above MAX_UPLOAD_BYTES', oversized, 413, 'upload_too_large'],
    ['a file far above MAX_UPLOAD_BYTES', Buffer.alloc(9_000_000, ROW), 413, 'upload_too_large'],
  ])('POST /upload rejects %s', async (_, csv, expectedStatus, code) => {
    const { status, headers, body } = await uploadFixture.app.api.upload(csv);
    expect(body).toMatchObject({ code, status: expectedStatus });
    expect(status).toBe(expectedStatus);
    expect(headers.get('content-type')).toMatch('application/problem+json');
  });

  it('POST /upload with strict=true locates each invalid row', async () => {
    const csv = [HEADER, ROW, '2,SKU2,ftp://a/2.jpg', '3,SKU3,', '4,SKU4,C:\\4.jpg'].join('\n');
    const { status, body } = await uploadFixture.app.api.upload(csv, { strict: 'true' });
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

  it('POST /upload with strict=true stores no rows if one of them is invalid', async () => {
    const validRows = Array.from(
      { length: 30_000 },
      (_, i) => `${i},SKU${i},${imageUrl(String(i))}`,
    );
    const { status, body } = await uploadFixture.app.api.upload(
      [HEADER, ...validRows, '1,SKU,ftp://a/b'].join('\n'),
      { strict: 'true' },
    );
    expect(status).toBe(400);
    expect(body).toMatchObject({ error_count: 1, errors: [{ row: 30_001, line: 30_002 }] });
  });

  it('POST /upload with strict=true lists the first 100 of 4,999 problems and their total', async () => {
    const invalidRows = Array.from({ length: 4999 }, (_, i) => `${i},SKU${i},ftp://a/${i}.jpg`);
    const { body } = await uploadFixture.app.api.upload([HEADER, ROW, ...invalidRows].join('\n'), {
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
    'POST /upload lists the columns of the file if %s names an unknown column',
    async (_, fields) => {
      const { status, body } = await uploadFixture.app.api.upload(`${HEADER}\n${ROW}\n`, fields);
      expect(status).toBe(400);
      expect(body).toMatchObject({
        code: 'column_unknown',
        detail:
          'Nothing was stored. There is no column "Photo". The file has these columns: "S. No.", "Product Name", "Input Image Urls".',
      });
    },
  );

  it.each([
    ['an empty list of image columns', { image_columns: '[]' }],
    ['image columns that are not names', { image_columns: '[1]' }],
    ['an unknown delimiter', { delimiter: 'x' }],
    ['an unknown encoding', { encoding: 'utf-9' }],
    ['a header row below 0', { header_row: '-1' }],
    ['a base_url that is not a URL', { base_url: '/media' }],
    ['a strict that is not a boolean', { strict: 'maybe' }],
    ['an estimate that is not a boolean', { estimate: 'maybe' }],
  ] as [string, Record<string, string>][])('POST /upload rejects %s', async (_, fields) => {
    const { status, body } = await uploadFixture.app.api.upload(`${HEADER}\n${ROW}\n`, fields);
    expect(body).toMatchObject({ code: 'invalid_parameter', status: 400 });
    expect(status).toBe(400);
  });

  it('POST /upload rejects a column option that comes after the file', async () => {
    const lateOption: FormPart = ['image_columns', 'Input Image Urls'];
    const { status, body } = await uploadFixture.postForm([
      csvPart('file'),
      lateOption,
      ['quality', '60'],
    ]);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'option_after_file',
      detail: expect.stringMatching(/^image_columns follows the file/),
    });
  });

  it.each([true, false])(
    'POST /upload rejects a file together with a catalog_url (catalog_url first: %s)',
    async (isUrlFirst) => {
      const link: FormPart = ['catalog_url', 'https://shop.example/products.csv'];
      const parts = isUrlFirst ? [link, csvPart('file')] : [csvPart('file'), link];
      const { status, body } = await uploadFixture.postForm(parts);
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
    ['a dry_run that is not a boolean', { dry_run: 'maybe' }, 'invalid_parameter'],
    ['a webhook_secret in the wrong format', { webhook_secret: 'hush' }, 'invalid_parameter'],
    ['an unknown option', { qualty: '50' }, 'unknown_option'],
    [
      'an option named like a property of Object.prototype',
      { __proto__x: '1', constructor: 'x' },
      'unknown_option',
    ],
    ['a webhook_url to localhost', { webhook_url: 'http://localhost/hook' }, 'webhook_url_denied'],
    ['a webhook_url to 10/8', { webhook_url: 'http://10.0.0.1/hook' }, 'webhook_url_denied'],
    ['a webhook_url to [::1]', { webhook_url: 'http://[::1]:80/hook' }, 'webhook_url_denied'],
    [
      'a webhook_url with a hexadecimal address',
      { webhook_url: 'http://0x7f000001/' },
      'webhook_url_denied',
    ],
    [
      'a webhook_url with the ftp scheme',
      { webhook_url: 'ftp://a.example/' },
      'webhook_url_invalid',
    ],
    [
      'a webhook_url with a password',
      { webhook_url: 'https://a:b@a.example/' },
      'webhook_url_invalid',
    ],
    ['a webhook_url that is not a URL', { webhook_url: 'hook' }, 'webhook_url_invalid'],
  ] as [string, Record<string, string>, string][])(
    'POST /upload rejects %s',
    async (_, fields, code) => {
      const file: FormPart = ['file', new Blob([`${HEADER}\n${ROW}\n`]), 'a.csv'];
      const options = Object.entries(fields) as FormPart[];
      for (const parts of [
        [...options, file],
        [file, ...options],
      ]) {
        const { status, body } = await uploadFixture.postForm(parts);
        expect(body).toMatchObject({ code, status: 400 });
        expect(status).toBe(400);
      }
    },
  );

  it.each([
    ['no file', [['quality', '50']], 'file_missing'],
    ['text in place of the file', [['file', `${HEADER}\n${ROW}`]], 'file_missing'],
    ['two files', [csvPart('file'), csvPart('file')], 'too_many_files'],
    ['a file in an unknown field', [csvPart('csv')], 'unexpected_file'],
    [
      'an option that is sent twice',
      [csvPart('file'), ['quality', '5'], ['quality', '6']],
      'invalid_parameter',
    ],
  ] as [string, FormPart[], string][])('POST /upload rejects %s', async (_, parts, code) => {
    const { status, body } = await uploadFixture.postForm(parts);
    expect(body).toMatchObject({ code });
    expect(status).toBe(400);
  });

  it('POST /upload rejects a body that is not a form', async () => {
    const response = await fetch(`${uploadFixture.app.url}/upload`, {
      method: 'POST',
      body: `${HEADER}\n${ROW}`,
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ code: 'not_multipart' });
  });

  it('POST /upload rejects an incomplete form', async () => {
    const response = await fetch(`${uploadFixture.app.url}/upload`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: `--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${HEADER}\n${ROW}\n`,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'form_invalid' });
  });

  it('POST /upload releases its database connection when the client disconnects', async () => {
    await new Promise<void>((resolve) => {
      const upload = httpRequest(`${uploadFixture.app.url}/upload`, {
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
    const findOpenTransactions = () =>
      uploadFixture.queryRows(
        `SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
      );
    const hasEnded = await eventually(async () => (await findOpenTransactions()).length === 0, {
      description: 'the transaction to end',
    });
    expect(hasEnded).toBe(true);
    // The client caused the disconnect, so the log contains no error.
    const isAbortLine = ({ msg }: { msg: string }) => msg === 'POST /upload aborted';
    await eventually(() => uploadFixture.app.logs.some(isAbortLine), {
      description: 'the aborted upload to be logged',
    });
    expect(uploadFixture.app.logs.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
