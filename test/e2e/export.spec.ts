import { describe, expect, it } from 'vitest';
import {
  KEY_A,
  KEY_C,
  CATALOG,
  KEY_D,
  ExportFixture,
  goneImage,
} from '../support/export-fixture.js';
import type { StoredRequest } from '../support/stored-request.js';

const bench = ExportFixture.forThisFile();

describe('GET /download/:id', () => {
  it('GET /download/:id returns every column, cell and row in order, with output URLs aligned to the inputs', async () => {
    expect(await bench.app.api.getText(`/download/${bench.requestId}`)).toBe(
      [
        'S. No.,Image Urls,Name,Note,Output Image Urls',
        `007,https://x.example/a.jpg|https://x.example/b.jpg,Lamp,'=1+1,"${bench.app.url}/images/${KEY_A}.jpg,,${bench.app.url}/images/${KEY_C}.png"`,
        '007,https://x.example/gone.jpg,"Chair, ""red""\nand big",-5,',
        `8,"https://x.example/d,1.jpg",Table,,${bench.app.url}/images/${KEY_D}.jpg`,
        '',
      ].join('\n'),
    );
  });

  it('GET /download/:id returns an attachment named after the uploaded file', async () => {
    const { headers } = await bench.app.api.get(`/download/${bench.requestId}/`);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="Sommer \\"24\\" ? ?n?-compressed.csv"; filename*=UTF-8''Sommer%20%2224%22%20%E2%80%93%20%C3%BCn%C3%AF-compressed.csv`,
    );
  });

  it('GET /download/:id causes no MaxListenersExceededWarning', async () => {
    await bench.app.api.getText(`/download/${bench.requestId}`);
    // Another call leaves time to read the standard error of the app.
    await bench.app.api.get('/health/live');
    expect(bench.app.logText).not.toContain('MaxListenersExceededWarning');
  });

  it('GET /download/:id leaves formulas unchanged with raw=true', async () => {
    const rows = await bench.readRecords(`/download/${bench.requestId}?raw=true`);
    expect(rows[1][3]).toBe('=1+1');
  });

  it('GET /download/:id escapes formulas in the header', async () => {
    const other = await bench.storeRequest({
      ...CATALOG,
      header: ['S. No.', 'Image Urls', 'Name', '@SUM(A1)'],
    });
    expect((await bench.readRecords(`/download/${other}`))[0][3]).toBe("'@SUM(A1)");
    expect((await bench.readRecords(`/download/${other}?raw=true`))[0][3]).toBe('@SUM(A1)');
  });

  it('GET /download/:id describes each image in aligned lists with detail=true', async () => {
    const rows = await bench.readRecords(`/download/${bench.requestId}?detail=true`);
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

  it('GET /download/:id keeps the dialect of the upload, and writes UTF-8 with a BOM for other encodings', async () => {
    const dialect = { delimiter: ';', newline: '\r\n', encoding: 'windows-1252' } as const;
    const other = await bench.storeRequest({
      dialect,
      rows: [
        {
          cells: ['1', 'Bügel;breit', 'https://a/1'],
          images: [{ url: 'https://a/1', key: KEY_A }],
        },
      ],
    });
    expect(await bench.app.api.getText(`/download/${other}`)).toBe(
      `\ufeffS. No.;Product Name;Input Image Urls;Output Image Urls\r\n1;"Bügel;breit";https://a/1;${bench.app.url}/images/${KEY_A}.jpg\r\n`,
    );
  });

  it('GET /download/:id keeps an uploaded column named "Output Image Urls" and appends its own', async () => {
    const other = await bench.storeRequest({
      header: ['S. No.', 'Product Name', 'Input Image Urls', 'Output Image Urls'],
      rows: [
        {
          cells: ['1', 'Lamp', 'https://a/1', 'old'],
          images: [{ url: 'https://a/1', key: KEY_A }],
        },
      ],
    });
    expect(await bench.readRecords(`/download/${other}`)).toEqual([
      ['S. No.', 'Product Name', 'Input Image Urls', 'Output Image Urls', 'Output Image Urls'],
      ['1', 'Lamp', 'https://a/1', 'old', `${bench.app.url}/images/${KEY_A}.jpg`],
    ]);
  });

  it('GET /download/:id keeps all columns of a very wide file', async () => {
    const more = Array.from({ length: 2000 }, (_, i) => `More ${i}`);
    const other = await bench.storeRequest({
      header: ['S. No.', 'Product Name', 'Input Image Urls', ...more],
      rows: [
        {
          cells: ['1', 'Lamp', 'https://a/1', ...more],
          images: [{ url: 'https://a/1', key: KEY_A }],
        },
      ],
    });
    const [header, row] = await bench.readRecords(`/download/${other}`);
    expect(row).toEqual([
      '1',
      'Lamp',
      'https://a/1',
      ...more,
      `${bench.app.url}/images/${KEY_A}.jpg`,
    ]);
    expect(header).toHaveLength(2004);
  });

  it('GET /download/:id answers 304 for the ETag of a finished file, and 200 for another query', async () => {
    const { headers } = await bench.app.api.get(`/download/${bench.requestId}`);
    const known = { 'If-None-Match': headers.get('etag')! };
    expect((await bench.app.api.get(`/download/${bench.requestId}`, known)).status).toBe(304);
    expect(
      (await bench.app.api.get(`/download/${bench.requestId}?detail=true`, known)).status,
    ).toBe(200);
  });

  it('GET /download/:id answers HEAD with headers only', async () => {
    const response = await fetch(`${bench.app.url}/download/${bench.requestId}`, {
      method: 'HEAD',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toContain('attachment');
    expect(await response.text()).toBe('');
  });

  describe('of a request that has not ended', () => {
    const UNFINISHED: StoredRequest = {
      status: 'processing',
      rows: [
        {
          cells: ['1', 'Lamp', 'https://a/1,https://a/2,https://a/3'],
          images: [
            { url: 'https://a/1', status: 'processing' },
            { url: 'https://a/2', key: KEY_A },
            goneImage('https://a/3'),
          ],
        },
      ],
    };

    it.each(['', '/errors'])(
      'GET /download/:id of a request that has not ended answers with Retry-After: %s',
      async (path) => {
        const other = await bench.storeRequest(UNFINISHED);
        const { status, headers, body } = await bench.app.api.getJson(`/download/${other}${path}`);
        expect(body).toMatchObject({ status: 409, code: 'not_finished' });
        expect(body.detail).toMatch(/^2 of 3 images are done/);
        expect(status).toBe(409);
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      },
    );

    it('GET /download/:id of a request that has not ended returns the current outputs with partial=true, and is not cacheable', async () => {
      const other = await bench.storeRequest(UNFINISHED);
      const response = await bench.app.api.get(`/download/${other}?partial=true`);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('etag')).toBeNull();
      expect(await response.text()).toContain(`,",${bench.app.url}/images/${KEY_A}.jpg,"\n`);
      expect(await bench.app.api.getText(`/download/${other}/errors?partial=true`)).toContain(
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
  ])('GET /download/:id rejects %s with %i %s', async (path, status, code) => {
    expect((await bench.app.api.getJson(path)).body).toMatchObject({ status, code });
  });
});
