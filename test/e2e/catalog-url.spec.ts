import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveFile, sendHtmlPage, redirectTo, sendStatus } from '../support/origin-behaviors.js';
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
  const countRequests = async () => {
    const [{ requests }] = await rows.dataSource.query<[{ requests: number }]>(
      'SELECT count(*)::int AS requests FROM processing_requests',
    );
    return requests;
  };

  it('An upload by catalog_url reads the linked file and takes its name from the response', async () => {
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

  it('An upload by catalog_url takes the file name from the URL path, regardless of the order of the fields', async () => {
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

  it('An upload by catalog_url reads a gzip-compressed response, and rejects one whose decompressed size exceeds the limit', async () => {
    const gzipHeaders = { 'content-encoding': 'gzip' };
    const bomb = gzipSync(Buffer.alloc(20_000_000, '1,Pot,http://127.0.0.1:9/pot.jpg\n'));
    scenario.origin.on('/packed.csv', serveFile(gzipSync(CSV), gzipHeaders));
    scenario.origin.on('/bomb.csv', serveFile(bomb, gzipHeaders));
    const { status, body } = await upload({ catalog_url: scenario.origin.url('/packed.csv') });
    expect(body).toMatchObject({ format: 'csv', products: 1, images: 1 });
    expect(status).toBe(202);
    const rejection = await upload({ catalog_url: scenario.origin.url('/bomb.csv') });
    expect(rejection).toMatchObject({ status: 413, body: { code: 'upload_too_large' } });
  });

  it('An upload by catalog_url accepts a CSV with the content type text/html', async () => {
    scenario.origin.on('/csv.php', serveFile(Buffer.from(CSV), { 'content-type': 'text/html' }));
    const { status } = await upload({ catalog_url: scenario.origin.url('/csv.php') });
    expect(status).toBe(202);
  });

  it('An upload by catalog_url with a repeated Idempotency-Key does not download the file again', async () => {
    scenario.origin.on('/once.csv', serveFile(Buffer.from(CSV)));
    const fields = { catalog_url: scenario.origin.url('/once.csv') };
    const headers = { 'idempotency-key': 'catalog-url-1' };
    const first = await upload(fields, headers);
    const second = await upload(fields, headers);
    expect(second.body.request_id).toBe(first.body.request_id);
    expect(scenario.origin.countRequests('/once.csv')).toBe(1);
    const rejection = await upload({ catalog_url: scenario.origin.url('/export') }, headers);
    expect(rejection.body).toMatchObject({ code: 'idempotency_key_reused' });
  });

  const sendEndlessCsv = (_request: unknown, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/csv' });
    response.write('SKU,Name,Image\n');
    const rowsChunk = Buffer.from('1,Pot,http://127.0.0.1:9/pot.jpg\n'.repeat(1000));
    const writeChunks = (): void => {
      while (!response.destroyed && response.write(rowsChunk));
    };
    response.on('drain', writeChunks);
    writeChunks();
  };

  it.each([
    ['to a private address', 'http://10.0.0.1/products.csv', 400, 'catalog_url_denied'],
    ['to localhost', 'http://localhost:9/products.csv', 400, 'catalog_url_denied'],
    ['that is not a URL', 'products.csv', 400, 'catalog_url_invalid'],
    ['with the ftp scheme', 'ftp://files.example/products.csv', 400, 'catalog_url_invalid'],
    ['that redirects to a private address', '/to-private', 400, 'catalog_url_denied'],
    ['to a sign-in page', '/sign-in', 400, 'catalog_url_not_a_file'],
    ['to a web page named .csv', '/page.csv', 400, 'catalog_url_not_a_file'],
    ['to a missing file', '/missing.csv', 400, 'catalog_url_failed'],
    ['to a failing server', '/failing.csv', 502, 'catalog_url_failed'],
    ['to an endless file', '/endless.csv', 413, 'upload_too_large'],
    ['to an image', '/photo.jpg', 415, 'not_a_product_file'],
  ])(
    'An upload by catalog_url rejects a link %s and stores nothing',
    async (_, link, expectedStatus, code) => {
      scenario.origin.on('/to-private', redirectTo('http://169.254.169.254/latest/meta-data'));
      scenario.origin.on('/sign-in', sendHtmlPage());
      scenario.origin.on(
        '/page.csv',
        serveFile(Buffer.from('\n<!DOCTYPE html><html><p>Sign in</p></html>')),
      );
      scenario.origin.on('/failing.csv', sendStatus(503));
      scenario.origin.on('/endless.csv', sendEndlessCsv);
      scenario.origin.on('/photo.jpg', serveFile(Buffer.from('\xff\xd8\xff\xe0....', 'latin1')));
      const countBefore = await countRequests();
      const url = link.startsWith('/') ? scenario.origin.url(link) : link;
      const { status, body } = await upload({ catalog_url: url });
      expect(body).toMatchObject({ code, detail: expect.stringContaining('Nothing was stored.') });
      expect(status).toBe(expectedStatus);
      expect(await countRequests()).toBe(countBefore);
    },
  );
});
