import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  serveFile,
  sendHtmlPage,
  redirectTo,
  sendStatus as answer,
} from '../support/origin-behaviors.js';
import { TestRows } from '../support/rows.js';
import { Scenario } from '../support/scenario.js';
import { buildWorkbook, textRow } from '../support/xlsx-workbook.js';

const CSV = 'SKU,Name,Image\n1,Pot,http://127.0.0.1:9/pot.jpg\n';

describe('An upload by catalog_url', () => {
  const scenario = Scenario.forThisFile({
    origin: true,
    env: { MAX_UPLOAD_BYTES: '2000000', WEBHOOK_URL: '' },
  });
  let rows: TestRows;

  beforeAll(async () => {
    rows = await TestRows.openExisting(scenario.database);
  });
  afterAll(async () => {
    await rows.disconnect();
  });

  const upload = async (fields: Record<string, string>, headers: Record<string, string> = {}) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    const response = await fetch(`${scenario.app.url}/upload`, {
      method: 'POST',
      body: form,
      headers,
    });
    const body = (await response.json()) as Record<string, unknown> & { request_id: string };
    return { status: response.status, body };
  };
  const count = async () => {
    const [{ requests }] = await rows.dataSource.query<[{ requests: number }]>(
      'SELECT count(*)::int AS requests FROM processing_requests',
    );
    return requests;
  };

  it('An upload by catalog_url reads the file behind the link and takes its name from the response', async () => {
    const disposition = `attachment; filename="shop.csv"; filename*=UTF-8''K%C3%A4se.csv`;
    scenario.origin.on(
      '/export',
      serveFile(Buffer.from(CSV), { 'content-disposition': disposition }),
    );
    scenario.origin.on('/short', redirectTo('/export'));
    const { status, body } = await upload({ catalog_url: scenario.origin.url('/short') });
    expect(status).toBe(202);
    expect(body).toMatchObject({ format: 'csv', products: 1, images: 1 });
    expect((await rows.findRequest(body.request_id)).filename).toBe('Käse.csv');
  });

  it('An upload by catalog_url takes the name from the path of the link, in any order of the fields', async () => {
    scenario.origin.on('/files/my%20products.csv', serveFile(Buffer.from(CSV)));
    const link = scenario.origin.url('/files/my%20products.csv');
    const { body } = await upload({ catalog_url: link, image_columns: 'Image', quality: '60' });
    expect((await rows.findRequest(body.request_id)).filename).toBe('my products.csv');
  });

  it('An upload by catalog_url reads an Excel file and a feed', async () => {
    const sheet = textRow(1, ['SKU', 'Image']) + textRow(2, ['1', 'http://127.0.0.1:9/pot.jpg']);
    const workbook = await buildWorkbook({ sheets: [{ name: 'Products', rows: sheet }] });
    scenario.origin.on('/products.xlsx', serveFile(workbook));
    const feed = `<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:id>1</g:id><g:image_link>http://127.0.0.1:9/1.jpg</g:image_link></item></channel></rss>`;
    scenario.origin.on(
      '/feed.xml',
      serveFile(Buffer.from(feed), { 'content-type': 'application/xml' }),
    );
    for (const [path, format] of [
      ['/products.xlsx', 'xlsx'],
      ['/feed.xml', 'xml'],
    ]) {
      const { status, body } = await upload({ catalog_url: scenario.origin.url(path) });
      expect(body).toMatchObject({ format, images: 1 });
      expect(status).toBe(202);
    }
  });

  it('An upload by catalog_url reads a file that the server compresses', async () => {
    const encoded = { 'content-encoding': 'gzip' };
    const bomb = gzipSync(Buffer.alloc(20_000_000, '1,Pot,http://127.0.0.1:9/pot.jpg\n'));
    scenario.origin.on('/packed.csv', serveFile(gzipSync(CSV), encoded));
    scenario.origin.on('/bomb.csv', serveFile(bomb, encoded));
    const { status, body } = await upload({ catalog_url: scenario.origin.url('/packed.csv') });
    expect(body).toMatchObject({ format: 'csv', products: 1, images: 1 });
    expect(status).toBe(202);
    const refused = await upload({ catalog_url: scenario.origin.url('/bomb.csv') });
    expect(refused).toMatchObject({ status: 413, body: { code: 'upload_too_large' } });
  });

  it('An upload by catalog_url accepts a CSV with the content type text/html', async () => {
    scenario.origin.on('/csv.php', serveFile(Buffer.from(CSV), { 'content-type': 'text/html' }));
    const { status } = await upload({ catalog_url: scenario.origin.url('/csv.php') });
    expect(status).toBe(202);
  });

  it('An upload by catalog_url answers a repeated upload without a second download', async () => {
    scenario.origin.on('/once.csv', serveFile(Buffer.from(CSV)));
    const fields = { catalog_url: scenario.origin.url('/once.csv') };
    const headers = { 'idempotency-key': 'catalog-url-1' };
    const first = await upload(fields, headers);
    const second = await upload(fields, headers);
    expect(second.body.request_id).toBe(first.body.request_id);
    expect(scenario.origin.countRequests('/once.csv')).toBe(1);
    const other = await upload({ catalog_url: scenario.origin.url('/export') }, headers);
    expect(other.body).toMatchObject({ code: 'idempotency_key_reused' });
  });

  const endless = (_request: unknown, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/csv' });
    response.write('SKU,Name,Image\n');
    const line = Buffer.from('1,Pot,http://127.0.0.1:9/pot.jpg\n'.repeat(1000));
    const send = (): void => {
      while (!response.destroyed && response.write(line));
    };
    response.on('drain', send);
    send();
  };

  it.each([
    ['to a private address', 'http://10.0.0.1/products.csv', 400, 'catalog_url_denied'],
    ['to localhost', 'http://localhost:9/products.csv', 400, 'catalog_url_denied'],
    ['that is none', 'products.csv', 400, 'catalog_url_invalid'],
    ['by ftp', 'ftp://files.example/products.csv', 400, 'catalog_url_invalid'],
    ['that redirects to a private address', '/to-private', 400, 'catalog_url_denied'],
    ['to a sign-in page', '/sign-in', 400, 'catalog_url_not_a_file'],
    ['to a page that is called a CSV', '/page.csv', 400, 'catalog_url_not_a_file'],
    ['to nothing', '/missing.csv', 400, 'catalog_url_failed'],
    ['to a failing server', '/failing.csv', 502, 'catalog_url_failed'],
    ['to an endless file', '/endless.csv', 413, 'upload_too_large'],
    ['to an image', '/picture.jpg', 415, 'not_a_product_file'],
  ])(
    'An upload by catalog_url rejects a link %s and stores nothing',
    async (_, link, expected, code) => {
      scenario.origin.on('/to-private', redirectTo('http://169.254.169.254/latest/meta-data'));
      scenario.origin.on('/sign-in', sendHtmlPage());
      scenario.origin.on(
        '/page.csv',
        serveFile(Buffer.from('\n<!DOCTYPE html><html><p>Sign in</p></html>')),
      );
      scenario.origin.on('/failing.csv', answer(503));
      scenario.origin.on('/endless.csv', endless);
      scenario.origin.on('/picture.jpg', serveFile(Buffer.from('\xff\xd8\xff\xe0....', 'latin1')));
      const before = await count();
      const url = link.startsWith('/') ? scenario.origin.url(link) : link;
      const { status, body } = await upload({ catalog_url: url });
      expect(body).toMatchObject({ code, detail: expect.stringContaining('Nothing was stored.') });
      expect(status).toBe(expected);
      expect(await count()).toBe(before);
    },
  );
});
