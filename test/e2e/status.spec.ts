import { beforeAll, describe, expect, it } from 'vitest';
import type { StatusBody } from '../support/api-client.js';
import { Scenario } from '../support/scenario.js';
import { createArtifactKey, storeRequest } from '../support/stored-request.js';

const UNKNOWN_ID = '019a0000-0000-7000-8000-00000000ffff';

describe('GET /status/:id and GET /requests', () => {
  const scenario = Scenario.forThisFile();
  const key = createArtifactKey();
  let runningId: string;
  let finishedId: string;

  beforeAll(async () => {
    runningId = await storeRequest(scenario.database.url, {
      status: 'processing',
      rows: [
        {
          cells: ['0001', 'Lamp', ''],
          images: [
            { url: 'https://shop.example/1.png', key, format: 'png', bytesIn: 1000, bytesOut: 400 },
            {
              url: 'https://shop.example/2.jpg',
              status: 'failed',
              code: 'http_404',
              message: 'There is no such image.',
            },
          ],
        },
        {
          cells: ['0001', 'Lamp again', ''],
          images: [
            { url: 'https://shop.example/3.jpg', status: 'processing' },
            { url: 'https://shop.example/4.jpg', status: 'pending' },
          ],
        },
      ],
    });
    finishedId = await storeRequest(scenario.database.url, {
      rows: Array.from({ length: 5 }, (_, i) => ({
        cells: [String(i + 1), `Product ${i + 1}`, ''],
        images: [{ url: `https://shop.example/${i + 1}.jpg` }],
      })),
    });
  });

  it('GET /status/:id returns the progress of a request with each image and its outcome', async () => {
    const body = await scenario.api.getStatus(runningId);
    expect(body).toMatchObject({
      request_id: runningId,
      status: 'processing',
      filename: 'products.csv',
      completed_at: null,
      webhook_url: null,
      options: { quality: 50, format: 'original' },
      progress: { total: 4, completed: 1, failed: 1, cancelled: 0, percent: 50, saved_percent: 60 },
      output_csv: null,
      errors_csv: null,
      next_cursor: null,
    });
    expect(body.progress.eta_seconds).toBeGreaterThan(0);
    expect(body.products.map(({ row, serial_number }) => [row, serial_number])).toEqual([
      [1, '0001'],
      [2, '0001'],
    ]);
    expect(body.products[0].images).toEqual([
      {
        position: 1,
        input_url: 'https://shop.example/1.png',
        column: 'Input Image Urls',
        output_url: `${scenario.app.url}/images/${key}.png`,
        status: 'completed',
        bytes_in: 1000,
        bytes_out: 400,
        format: 'png',
        width: 100,
        height: 100,
        kept_original: false,
        error: null,
      },
      expect.objectContaining({
        output_url: null,
        error: { code: 'http_404', message: 'There is no such image.' },
      }),
    ]);
    expect(body.products[1].images.map(({ status }) => status)).toEqual(['processing', 'pending']);
  });

  it('GET /status/:id links to the downloads once the request has ended', async () => {
    expect(await scenario.api.getStatus(finishedId, '?limit=0')).toMatchObject({
      progress: { percent: 100, eta_seconds: 0 },
      output_csv: `${scenario.app.url}/download/${finishedId}`,
      errors_csv: null,
      products: [],
      next_cursor: null,
    });
  });

  it('GET /status/:id links to the errors CSV if an image failed', async () => {
    const id = await storeRequest(scenario.database.url, {
      status: 'failed',
      rows: [
        {
          cells: ['1', 'Lamp', ''],
          images: [{ url: 'https://a/1', status: 'failed', code: 'http_404', message: 'Gone.' }],
        },
      ],
    });
    expect((await scenario.api.getStatus(id)).errors_csv).toBe(
      `${scenario.app.url}/download/${id}/errors`,
    );
  });

  it('GET /status/:id pages through all products with the cursor', async () => {
    const rows: number[] = [];
    let cursor: string | null = null;
    do {
      const page: StatusBody = await scenario.api.getStatus(
        finishedId,
        `?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      expect(page.products.length).toBeLessThanOrEqual(2);
      rows.push(...page.products.map(({ row }) => row));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(rows).toEqual([1, 2, 3, 4, 5]);
  });

  it('GET /status/:id returns no next cursor after the last page, even if that page is full', async () => {
    expect((await scenario.api.getStatus(finishedId, '?limit=5')).next_cursor).toBeNull();
  });

  it.each(['', '?limit=0'])(
    'GET /status/:id%s returns 304 for its own ETag if nothing has changed',
    async (query) => {
      const first = await scenario.api.get(`/status/${runningId}${query}`);
      const etag = first.headers.get('etag')!;
      expect(etag).toMatch(/^W\/".+"$/);
      expect(first.headers.get('cache-control')).toBe('no-cache');
      const second = await scenario.api.get(`/status/${runningId}${query}`, {
        'If-None-Match': etag,
      });
      expect(second.status).toBe(304);
      const otherRequest = await scenario.api.get(`/status/${finishedId}${query}`, {
        'If-None-Match': etag,
      });
      expect(otherRequest.status).toBe(200);
    },
  );

  it('GET /status/:id accepts a trailing slash and an uppercase ID', async () => {
    const { body } = await scenario.api.getJson<StatusBody>(
      `/status/${finishedId.toUpperCase()}/?limit=0`,
    );
    expect(body.request_id).toBe(finishedId);
  });

  it('HEAD /status/:id returns headers without a body', async () => {
    const response = await fetch(`${scenario.app.url}/status/${finishedId}`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it.each([
    [`/status/${UNKNOWN_ID}`, 404, 'request_not_found'],
    ['/status/abc', 400, 'malformed_id'],
    [`/status/${UNKNOWN_ID}?limit=1001`, 400, 'invalid_parameter'],
    [`/status/${UNKNOWN_ID}?limit=-1`, 400, 'invalid_parameter'],
    [`/status/${UNKNOWN_ID}?limit=`, 400, 'invalid_parameter'],
    [`/status/${UNKNOWN_ID}?limit=1e1`, 400, 'invalid_parameter'],
    [`/status/${UNKNOWN_ID}?limit=1&limit=2`, 400, 'invalid_parameter'],
    [`/status/${UNKNOWN_ID}?page=2`, 400, 'invalid_parameter'],
    [`/status/${UNKNOWN_ID}?cursor=nonsense`, 400, 'invalid_cursor'],
    ['/requests?cursor=MTAw', 400, 'invalid_cursor'],
    ['/requests?limit=0', 400, 'invalid_parameter'],
    ['/requests?status=done', 400, 'invalid_parameter'],
  ])('GET %s returns %i (%s)', async (path, status, code) => {
    const response = await scenario.api.getJson(path);
    expect(response.body).toMatchObject({ status, code });
    expect(response.status).toBe(status);
  });

  describe('GET /requests', () => {
    interface List {
      requests: StatusBody[];
      next_cursor: string | null;
    }

    it('GET /requests lists the newest requests first, page by page, without products', async () => {
      const { body: all } = await scenario.api.getJson<List>('/requests');
      const ids = all.requests.map(({ request_id }) => request_id);
      expect(ids).toEqual([...ids].toSorted().toReversed());
      expect(ids).toEqual(expect.arrayContaining([runningId, finishedId]));
      expect(all.requests[0]).not.toHaveProperty('products');

      const { body: first } = await scenario.api.getJson<List>('/requests?limit=1');
      const { body: second } = await scenario.api.getJson<List>(
        `/requests/?limit=1&cursor=${first.next_cursor}`,
      );
      expect([first, second].map(({ requests }) => requests[0].request_id)).toEqual(
        ids.slice(0, 2),
      );
    });

    it('GET /requests?status=processing lists only running requests', async () => {
      const { body } = await scenario.api.getJson<List>('/requests?status=processing');
      expect(body.requests.map(({ request_id }) => request_id)).toEqual([runningId]);
      expect(body.next_cursor).toBeNull();
    });
  });
});
