import { describe, expect, it } from 'vitest';
import { query } from '../support/embedded-servers-fixture.js';
import { Scenario } from '../support/scenario.js';
import { storeRequest } from '../support/stored-request.js';

interface Statistics {
  bucket_seconds: number;
  throughput: { second: number; images: number }[];
  savings: { from_percent: number; images: number }[];
  failures: { code: string; message: string; images: number; examples: { row: number }[] }[];
}

describe('The statistics', () => {
  const scenario = Scenario.forThisFile();

  it('GET /requests/:id/statistics counts images by end time, savings and failure code', async () => {
    const createFailedImage = (code: string) => ({
      status: 'failed' as const,
      code,
      message: `Because ${code}.`,
    });
    const url = 'https://shop.example/1.jpg';
    const id = await storeRequest(scenario.database.url, {
      rows: [
        { cells: ['1', 'A', ''], images: [{ url, bytesIn: 1000, bytesOut: 350 }] },
        { cells: ['2', 'B', ''], images: [{ url, bytesIn: 1000, bytesOut: 1000 }] },
        { cells: ['3', 'C', ''], images: [{ url, ...createFailedImage('http_404') }] },
        { cells: ['4', 'D', ''], images: [{ url, ...createFailedImage('http_404') }] },
        { cells: ['5', 'E', ''], images: [{ url, ...createFailedImage('image_corrupt') }] },
      ],
    });
    await query(
      scenario.database.url,
      `UPDATE images SET finished_at = r.started_at + make_interval(secs => images.row_number * 2)
       FROM processing_requests r WHERE r.id = images.request_id`,
    );

    const { body } = await scenario.api.getJson<Statistics>(`/requests/${id}/statistics`);
    expect(body.bucket_seconds).toBe(1);
    expect(body.throughput.filter(({ images }) => images > 0)).toEqual(
      [2, 4, 6, 8, 10].map((second) => ({ second, images: 1 })),
    );
    expect(body.savings).toHaveLength(10);
    expect(body.savings.filter(({ images }) => images > 0)).toEqual([
      { from_percent: 0, images: 1 },
      { from_percent: 60, images: 1 },
    ]);
    expect(body.failures.map(({ code, images }) => [code, images])).toEqual([
      ['http_404', 2],
      ['image_corrupt', 1],
    ]);
    expect(body.failures[0]).toMatchObject({
      message: 'Because http_404.',
      examples: [
        { row: 3, position: 1, product_name: 'C', input_url: url },
        { row: 4, position: 1, product_name: 'D', input_url: url },
      ],
    });
  });

  it('GET /requests/:id/statistics is available for a request that has not started', async () => {
    const id = await storeRequest(scenario.database.url, { status: 'pending', rows: [] });
    const { body } = await scenario.api.getJson<Statistics>(`/requests/${id}/statistics`);
    expect(body.savings.every(({ images }) => images === 0)).toBe(true);
    expect(body.failures).toEqual([]);
  });

  it('GET /statistics sums all requests by day', async () => {
    const { body } = await scenario.api.getJson<{
      days: { day: string; requests: number; images: number; bytes_in: number }[];
    }>('/statistics');
    expect(body.days).toHaveLength(30);
    expect(body.days.at(-1)).toEqual({
      day: new Date().toISOString().slice(0, 10),
      requests: 2,
      images: 2,
      bytes_in: 2000,
      bytes_out: 800,
    });
    expect(body.days[0]).toMatchObject({ requests: 0, images: 0 });
  });

  it('GET /requests/:id/statistics returns 404 for an unknown request', async () => {
    const { status, body } = await scenario.api.getJson(
      '/requests/019a0000-0000-7000-8000-00000000ffff/statistics',
    );
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 'request_not_found' });
  });

  it('GET /requests finds requests by file name or ID, and GET /status/:id starts at any row', async () => {
    const image = { url: 'https://shop.example/1.jpg' };
    const id = await storeRequest(scenario.database.url, {
      filename: 'Spring_100%.csv',
      rows: ['A', 'B', 'C'].map((name, index) => ({
        cells: [`${index + 1}`, name, ''],
        images: [image],
      })),
    });
    type List = { requests: { request_id: string }[] };
    const searchIds = async (search: string) => {
      const path = `/requests?search=${encodeURIComponent(search)}`;
      return (await scenario.api.getJson<List>(path)).body.requests.map(
        ({ request_id }) => request_id,
      );
    };
    expect(await searchIds('spring_100%')).toEqual([id]);
    expect(await searchIds(id.slice(0, 34))).toEqual([id]);
    expect(await searchIds('s_ring')).toEqual([]);
    const page = await scenario.api.getStatus(id, '?limit=1&first_row=2');
    expect(page.products.map(({ product_name }) => product_name)).toEqual(['B']);
    expect(page).toMatchObject({ product_count: 3 });
  });
});
