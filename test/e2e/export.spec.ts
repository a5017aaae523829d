import { describe, expect, it } from 'vitest';
import {
  KEY_A,
  KEY_C,
  CATALOG,
  KEY_D,
  ExportFixture,
  createGoneImage,
} from '../support/export-fixture.js';
import type { StoredRequest } from '../support/stored-request.js';

const fixture = ExportFixture.forThisFile();

describe('GET /download/:id', () => {
  it('GET /download/:id returns every column, cell and row in order, with output URLs aligned to the inputs', async () => {
    expect(await fixture.app.api.getText(`/download/${fixture.requestId}`)).toBe(
      [
        'S. No.,Image Urls,Name,Note,Output Image Urls',
        `007,https://x.example/a.jpg|https://x.example/b.jpg,Lamp,'=1+1,"${fixture.app.url}/images/${KEY_A}.jpg,,${fixture.app.url}/images/${KEY_C}.png"`,
        '007,https://x.example/gone.jpg,"Chair, ""red""\nand big",-5,',
        `8,"https://x.example/d,1.jpg",Table,,${fixture.app.url}/images/${KEY_D}.jpg`,
        '',
      ].join('\n'),
    );
  });

  it('GET /download/:id returns an attachment named after the uploaded file', async () => {
    const { headers } = await fixture.app.api.get(`/download/${fixture.requestId}/`);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="Sommer \\"24\\" ? ?n?-compressed.csv"; filename*=UTF-8''Sommer%20%2224%22%20%E2%80%93%20%C3%BCn%C3%AF-compressed.csv`,
    );
  });

  it('GET /download/:id causes no MaxListenersExceededWarning', async () => {
    await fixture.app.api.getText(`/download/${fixture.requestId}`);
    // Another call leaves time to read the app's standard error.
    await fixture.app.api.get('/health/live');
    expect(fixture.app.logText).not.toContain('MaxListenersExceededWarning');
  });

  it('GET /download/:id?raw=true leaves formulas unchanged', async () => {
    const rows = await fixture.readRecords(`/download/${fixture.requestId}?raw=true`);
    expect(rows[1][3]).toBe('=1+1');
  });

  it('GET /download/:id escapes formulas in the header', async () => {
    const otherId = await fixture.storeRequest({
      ...CATALOG,
      header: ['S. No.', 'Image Urls', 'Name', '@SUM(A1)'],
    });
    expect((await fixture.readRecords(`/download/${otherId}`))[0][3]).toBe("'@SUM(A1)");
    expect((await fixture.readRecords(`/download/${otherId}?raw=true`))[0][3]).toBe('@SUM(A1)');
  });

  it('GET /download/:id?detail=true describes each image in aligned lists', async () => {
    const rows = await fixture.readRecords(`/download/${fixture.requestId}?detail=true`);
    const lists = rows.map((row) => row.slice(5));
    expect(lists).toEqual([
      ['Image Status', 'Bytes In', 'Bytes Out', 'Saved Percent', 'Error Code', 'Error Message'],
      [
        'completed,failed,completed',
        '1000,,3000',
        '400,,1000',
        '60.0,,66.7',
        ',http_404,',
        ' | No such image, or / it moved. | ',
      ],
      ['failed', '', '', '', 'http_404', 'No such image, or / it moved.'],
      ['completed', '1000', '400', '60.0', '', ''],
    ]);
  });

  it('GET /download/:id keeps the CSV dialect of the upload, and writes UTF-8 with a BOM for other encodings', async () => {
    const dialect = { delimiter: ';', newline: '\r\n', encoding: 'windows-1252' } as const;
    const otherId = await fixture.storeRequest({
      dialect,
      rows: [
        {
          cells: ['1', 'Bügel;breit', 'https://a/1'],
          images: [{ url: 'https://a/1', key: KEY_A }],
        },
      ],
    });
    expect(await fixture.app.api.getText(`/download/${otherId}`)).toBe(
      `\ufeffS. No.;Product Name;Input Image Urls;Output Image Urls\r\n1;"Bügel;breit";https://a/1;${fixture.app.url}/images/${KEY_A}.jpg\r\n`,
    );
  });

  it('GET /download/:id keeps an uploaded column named "Output Image Urls" and appends its own', async () => {
    const otherId = await fixture.storeRequest({
      header: ['S. No.', 'Product Name', 'Input Image Urls', 'Output Image Urls'],
      rows: [
        {
          cells: ['1', 'Lamp', 'https://a/1', 'old'],
          images: [{ url: 'https://a/1', key: KEY_A }],
        },
      ],
    });
    expect(await fixture.readRecords(`/download/${otherId}`)).toEqual([
      ['S. No.', 'Product Name', 'Input Image Urls', 'Output Image Urls', 'Output Image Urls'],
      ['1', 'Lamp', 'https://a/1', 'old', `${fixture.app.url}/images/${KEY_A}.jpg`],
    ]);
  });

  it('GET /download/:id keeps all columns of a very wide file', async () => {
    const extraColumns = Array.from({ length: 2000 }, (_, i) => `More ${i}`);
    const otherId = await fixture.storeRequest({
      header: ['S. No.', 'Product Name', 'Input Image Urls', ...extraColumns],
      rows: [
        {
          cells: ['1', 'Lamp', 'https://a/1', ...extraColumns],
          images: [{ url: 'https://a/1', key: KEY_A }],
        },
      ],
    });
    const [header, row] = await fixture.readRecords(`/download/${otherId}`);
    expect(row).toEqual([
      '1',
      'Lamp',
      'https://a/1',
      ...extraColumns,
      `${fixture.app.url}/images/${KEY_A}.jpg`,
    ]);
    expect(header).toHaveLength(2004);
  });

  it('GET /download/:id returns 304 for the ETag of a finished file, and 200 for a different query', async () => {
    const { headers } = await fixture.app.api.get(`/download/${fixture.requestId}`);
    const conditionalHeaders = { 'If-None-Match': headers.get('etag')! };
    expect(
      (await fixture.app.api.get(`/download/${fixture.requestId}`, conditionalHeaders)).status,
    ).toBe(304);
    expect(
      (await fixture.app.api.get(`/download/${fixture.requestId}?detail=true`, conditionalHeaders))
        .status,
    ).toBe(200);
  });

  it('HEAD /download/:id returns headers without a body', async () => {
    const response = await fetch(`${fixture.app.url}/download/${fixture.requestId}`, {
      method: 'HEAD',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toContain('attachment');
    expect(await response.text()).toBe('');
  });

  describe('with an unfinished request', () => {
    const UNFINISHED: StoredRequest = {
      status: 'processing',
      rows: [
        {
          cells: ['1', 'Lamp', 'https://a/1,https://a/2,https://a/3'],
          images: [
            { url: 'https://a/1', status: 'processing' },
            { url: 'https://a/2', key: KEY_A },
            createGoneImage('https://a/3'),
          ],
        },
      ],
    };

    it.each(['', '/errors'])(
      'GET /download/:id%s returns 409 with Retry-After while the request is running',
      async (path) => {
        const otherId = await fixture.storeRequest(UNFINISHED);
        const { status, headers, body } = await fixture.app.api.getJson(
          `/download/${otherId}${path}`,
        );
        expect(body).toMatchObject({ status: 409, code: 'not_finished' });
        expect(body.detail).toMatch(/^2 of 3 images are done/);
        expect(status).toBe(409);
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      },
    );

    it('GET /download/:id?partial=true returns the current outputs of an unfinished request, and is not cacheable', async () => {
      const otherId = await fixture.storeRequest(UNFINISHED);
      const response = await fixture.app.api.get(`/download/${otherId}?partial=true`);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('etag')).toBeNull();
      expect(await response.text()).toContain(`,",${fixture.app.url}/images/${KEY_A}.jpg,"\n`);
      expect(await fixture.app.api.getText(`/download/${otherId}/errors?partial=true`)).toContain(
        'https://a/3,1,Input Image Urls,http_404',
      );
    });
  });

  it.each([
    ['/download/019a0000-0000-7000-8000-00000000ffff', 404, 'request_not_found'],
    ['/download/019a0000-0000-7000-8000-00000000ffff/errors', 404, 'request_not_found'],
    ['/download/abc', 400, 'malformed_id'],
    ['/download/abc/errors', 400, 'malformed_id'],
    ['/download/019a0000-0000-7000-8000-00000000ffff?raw=yes', 400, 'invalid_parameter'],
    ['/download/019a0000-0000-7000-8000-00000000ffff?columns=a', 400, 'invalid_parameter'],
  ])('GET %s returns %i (%s)', async (path, status, code) => {
    expect((await fixture.app.api.getJson(path)).body).toMatchObject({ status, code });
  });
});
