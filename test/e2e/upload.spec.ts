import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { UploadBody } from '../support/api-client.js';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { createRedis } from '../support/redis.js';

const HEADER = 'S. No.,Product Name,Input Image Urls';
/** Nothing listens there and nothing may: what is uploaded here is not to be fetched. */
const image = (name: string) => `http://127.0.0.1:9/${name}.jpg`;
const ROW = `1,SKU1,${image('1')}`;

/** Too large by so little that the form's length does not give it away. */
const oversized = `${HEADER}\n`.padEnd(2_000_100, `${ROW}\n`);

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/csv/${name}.csv`, import.meta.url));

let database: TestDatabase;
let app: TestApp;
let sql: Client;

beforeAll(async () => {
  database = await createDatabase();
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  app = await startApp({
    databaseUrl: database.url,
    redisUrl: (await createRedis()).url,
    env: { MAX_UPLOAD_BYTES: '2000000', WEBHOOK_URL: '' },
  });
});
afterAll(async () => {
  await app.stop();
  await sql.end();
  await database.drop();
});

const rowsOf = async <T extends object>(text: string, ...values: unknown[]): Promise<T[]> =>
  (await sql.query<T>(text, values)).rows;

describe('POST /upload', () => {
  it('answers 202 with the request, its counts, its columns and its links', async () => {
    const { status, headers, body } = await app.api.upload(fixture('flask-sample-spilled'));
    expect(status).toBe(202);
    const id = body.request_id;
    expect(headers.get('location')).toBe(`/status/${id}`);
    expect(body).toEqual({
      request_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/) as string,
      status: 'pending',
      products: 2,
      images: 6,
      warnings: [],
      columns: {
        serial_number: 'Serial Number',
        product_name: 'Product Name',
        input_image_urls: 'Input Image Urls',
      },
      links: {
        status: `${app.url}/status/${id}`,
        download: `${app.url}/download/${id}`,
        errors: `${app.url}/download/${id}/errors`,
        deliveries: `${app.url}/requests/${id}/deliveries`,
      },
    });
  });

  it('stores every row and image in order, with the cells as they were', async () => {
    const csv = `Extra,S. No.,Product Name,Input Image Urls\n"a ""b"" \\ {c},\nd",007,Ü\tx,${image('1')},${image('2')}\n,007,,${image('3')}\n`;
    const id = await app.api.accepted(csv);
    const products = await rowsOf(
      `SELECT row_number, serial_number, product_name, cells FROM products WHERE request_id = $1 ORDER BY 1`,
      id,
    );
    expect(products).toEqual([
      {
        row_number: 1,
        serial_number: '007',
        product_name: 'Ü\tx',
        cells: ['a "b" \\ {c},\nd', '007', 'Ü\tx', `${image('1')},${image('2')}`],
      },
      { row_number: 2, serial_number: '007', product_name: '', cells: ['', '007', '', image('3')] },
    ]);
    const images = await rowsOf(
      `SELECT row_number, position, input_url FROM images WHERE request_id = $1 ORDER BY id`,
      id,
    );
    expect(images).toEqual([
      { row_number: 1, position: 1, input_url: image('1') },
      { row_number: 1, position: 2, input_url: image('2') },
      { row_number: 2, position: 1, input_url: image('3') },
    ]);
  });

  it('remembers the header, the dialect and the options', async () => {
    const csv = Buffer.concat([
      Buffer.from('\uFEFF'),
      Buffer.from(`Nr;Name;Images\r\n1;Käse;${image('1')}\r\n`),
    ]);
    const fields = { quality: '70', format: 'webp', max_width: '800', max_height: '' };
    const { body } = await app.api.upload(csv, fields, {
      filename: 'C:\\fakepath\\Käse\u202E.csv',
    });
    const [request] = await rowsOf(
      `SELECT * FROM processing_requests WHERE id = $1`,
      body.request_id,
    );
    expect(request).toMatchObject({
      filename: 'Käse.csv',
      header: ['Nr', 'Name', 'Images'],
      url_column: 2,
      columns: { serial_number: 'Nr', product_name: 'Name', input_image_urls: 'Images' },
      dialect: { delimiter: ';', newline: '\r\n', encoding: 'utf-8', bom: true },
      options: { quality: 70, format: 'webp', max_width: 800 },
      base_url: app.url,
      products: 1,
      images_total: 1,
    });
  });

  it('ties images that share a URL to the first of them', async () => {
    const rows = [1, 2, 1, 3, 2, 1].map((name, i) => `${i + 1},SKU,${image(String(name))}`);
    const id = await app.api.accepted([HEADER, ...rows].join('\n'));
    const images = await rowsOf<{ id: string; same_as: string | null }>(
      `SELECT id, same_as FROM images WHERE request_id = $1 ORDER BY row_number`,
      id,
    );
    const firsts = images.map(({ same_as }) =>
      same_as === null ? null : images.findIndex((image) => image.id === same_as) + 1,
    );
    expect(firsts).toEqual([null, null, 1, null, 2, 1]);
  });

  it('takes options before and after the file', async () => {
    const { status, body } = await postForm([
      ['quality', '70'],
      ['file', new Blob([`${HEADER}\n${ROW}\n`]), 'a.csv'],
      ['format', 'png'],
    ]);
    expect(status).toBe(202);
    const [{ options }] = await rowsOf<{ options: object }>(
      `SELECT options FROM processing_requests WHERE id = $1`,
      body.request_id,
    );
    expect(options).toEqual({ quality: 70, format: 'png' });
  });

  it('makes a webhook secret when none was given, and shows it once', async () => {
    const fields = { webhook_url: 'https://93.184.216.34/hook' };
    const { body } = await app.api.upload(`${HEADER}\n${ROW}\n`, fields);
    expect(body.webhook_secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const webhook = await rowsOf(
      `SELECT webhook_url, webhook_secret FROM processing_requests WHERE id = $1`,
      body.request_id,
    );
    expect(webhook).toEqual([{ ...fields, webhook_secret: body.webhook_secret }]);
  });

  it('keeps a secret that was given to itself', async () => {
    const webhook_secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const fields = { webhook_url: 'https://93.184.216.34/hook', webhook_secret };
    const { status, body } = await app.api.upload(`${HEADER}\n${ROW}\n`, fields);
    expect(status).toBe(202);
    expect(body).not.toHaveProperty('webhook_secret');
  });

  it.each([
    ['before', true],
    ['after', false],
  ])('only checks in a dry run that is asked for %s the file', async (_, before) => {
    const counted = await stored();
    const file: Part = ['file', new Blob([fixture('flask-sample-spilled')]), 'a.csv'];
    const dry: Part = ['dry_run', 'true'];
    const { status, body } = await postForm(before ? [dry, file] : [file, dry]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ dry_run: true, products: 2, images: 6, warnings: [] });
    expect(body.preview).toMatchObject([
      { row: 1, serial_number: '1', product_name: 'SKU1' },
      { row: 2, serial_number: '2', product_name: 'SKU2' },
    ]);
    expect(await stored()).toEqual(counted);
  });
});

describe('POST /upload with something that is wrong', () => {
  let counted: object;
  beforeAll(async () => {
    counted = await stored();
  });
  afterEach(async () => {
    // Nothing of a rejected upload stays behind.
    deepStrictEqual(await stored(), counted);
  });

  it.each([
    ['an empty file', '', 400, 'csv_empty'],
    ['a header only', fixture('header-only'), 400, 'csv_without_rows'],
    ['a missing column', fixture('column-missing'), 400, 'column_missing'],
    ['a row without URL', fixture('url-cell-empty'), 400, 'csv_rows_invalid'],
    ['an ftp:// URL', fixture('url-ftp'), 400, 'csv_rows_invalid'],
    ['an unclosed quote', fixture('quote-unclosed'), 400, 'quote_unclosed'],
    ['NUL bytes', fixture('nul-byte'), 400, 'nul_byte'],
    ['nothing but quotes', Buffer.alloc(1_900_000, '"'), 400, 'record_too_long'],
    ['a PNG named .csv', fixture('png-named'), 415, 'not_a_csv'],
    ['more bytes than allowed', oversized, 413, 'upload_too_large'],
    ['far more bytes than allowed', Buffer.alloc(9_000_000, ROW), 413, 'upload_too_large'],
  ])('refuses %s', async (_, csv, expected, code) => {
    const { status, headers, body } = await app.api.upload(csv);
    expect(body).toMatchObject({ code, status: expected });
    expect(status).toBe(expected);
    expect(headers.get('content-type')).toMatch('application/problem+json');
  });

  it('says where, for every row that is wrong', async () => {
    const { body } = await app.api.upload(fixture('url-cell-empty'));
    expect(body).toMatchObject({
      error_count: 2,
      errors: [
        { row: 2, line: 3, column: 'Input Image Urls', code: 'url_missing' },
        { row: 3, line: 4, column: 'Input Image Urls', code: 'url_missing' },
      ],
    });
  });

  it('keeps nothing of the rows before the one that is wrong', async () => {
    const good = Array.from({ length: 30_000 }, (_, i) => `${i},SKU${i},${image(String(i))}`);
    const { status, body } = await app.api.upload([HEADER, ...good, '1,SKU,ftp://a/b'].join('\n'));
    expect(status).toBe(400);
    expect(body).toMatchObject({ error_count: 1, errors: [{ row: 30_001, line: 30_002 }] });
  });

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
  ] as [string, Record<string, string>, string][])('refuses %s', async (_, fields, code) => {
    const file: Part = ['file', new Blob([`${HEADER}\n${ROW}\n`]), 'a.csv'];
    const options = Object.entries(fields) as Part[];
    for (const parts of [
      [...options, file],
      [file, ...options],
    ]) {
      const { status, body } = await postForm(parts);
      expect(body).toMatchObject({ code, status: 400 });
      expect(status).toBe(400);
    }
  });

  it.each([
    ['no file', [['quality', '50']], 'file_missing'],
    ['text in place of the file', [['file', `${HEADER}\n${ROW}`]], 'file_missing'],
    ['two files', [csvPart('file'), csvPart('file')], 'too_many_files'],
    ['a file in another field', [csvPart('csv')], 'unexpected_file'],
    ['an option twice', [csvPart('file'), ['quality', '5'], ['quality', '6']], 'invalid_parameter'],
  ] as [string, Part[], string][])('refuses %s', async (_, parts, code) => {
    const { status, body } = await postForm(parts);
    expect(body).toMatchObject({ code });
    expect(status).toBe(400);
  });

  it('refuses a body that is no form', async () => {
    const response = await fetch(`${app.url}/upload`, {
      method: 'POST',
      body: `${HEADER}\n${ROW}`,
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ code: 'not_multipart' });
  });

  it('refuses a form that breaks off', async () => {
    const response = await fetch(`${app.url}/upload`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: `--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${HEADER}\n${ROW}\n`,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'form_invalid' });
  });

  it('gives the connection back when the client goes away in the middle', async () => {
    await new Promise<void>((resolve) => {
      const upload = httpRequest(`${app.url}/upload`, {
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
      rowsOf(
        `SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
      );
    const ended = await eventually(async () => (await open()).length === 0, {
      what: 'the transaction to end',
    });
    expect(ended).toBe(true);
  });
});

type Part = [name: string, value: string] | [name: string, file: Blob, filename: string];

function csvPart(name: string): Part {
  return [name, new Blob([`${HEADER}\n${ROW}\n`]), 'a.csv'];
}

async function postForm(parts: Part[]) {
  const form = new FormData();
  for (const [name, value, filename] of parts) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, filename);
  }
  const response = await fetch(`${app.url}/upload`, { method: 'POST', body: form });
  return { status: response.status, body: (await response.json()) as UploadBody };
}

/** What is in the database of uploads. */
async function stored(): Promise<object> {
  const [counts] = await rowsOf(
    `SELECT (SELECT count(*) FROM processing_requests) AS requests,
            (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM images) AS images`,
  );
  return counts;
}
