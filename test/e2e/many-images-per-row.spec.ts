import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { Scenario } from '../support/scenario.js';
import { storeRequest } from '../support/stored-request.js';

const IMAGE_COUNT = 60_000;
const FAILED_COUNT = 100;

const scenario = Scenario.forThisFile();
let id: string;

beforeAll(async () => {
  const images = [{ url: 'https://shop.example/1.jpg' }];
  id = await storeRequest(scenario.database.url, { rows: [{ cells: ['1', 'Lamp', ''], images }] });
  const sql = new Client({ connectionString: scenario.database.url });
  await sql.connect();
  await sql.query(
    `INSERT INTO images (request_id, row_number, position, input_url, status, artifact_key, format,
       bytes_in, bytes_out, error_code, error_message, finished_at)
     SELECT $1, 1, n, 'https://shop.example/' || n || '.jpg',
       CASE WHEN n <= ${FAILED_COUNT + 1} THEN 'failed' ELSE 'completed' END::image_status,
       CASE WHEN n > ${FAILED_COUNT + 1} THEN repeat('a', 64) END, 'jpeg', 1000, 400,
       CASE WHEN n <= ${FAILED_COUNT + 1} THEN 'http_404' END,
       CASE WHEN n <= ${FAILED_COUNT + 1} THEN 'There is no such image.' END, now()
     FROM generate_series(2, ${IMAGE_COUNT}) n`,
    [id],
  );
  await sql.query(
    `UPDATE processing_requests SET images_total = ${IMAGE_COUNT}, images_failed = ${FAILED_COUNT},
       images_completed = ${IMAGE_COUNT - FAILED_COUNT} WHERE id = $1`,
    [id],
  );
  await sql.end();
});

describe('A request from an earlier version with 60,000 images in one row', () => {
  it('A request from an earlier version with 60,000 images in one row returns all images in pages of 2,000', async () => {
    const positions: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor && `?cursor=${cursor}`;
      const { products, next_cursor } = await scenario.api.getStatus(id, query);
      expect(products.map(({ row }) => row)).toEqual([1]);
      expect(products[0].images.length).toBeLessThanOrEqual(2000);
      positions.push(...products[0].images.map(({ position }) => position));
      cursor = next_cursor;
    }
    expect(positions).toEqual(Array.from({ length: IMAGE_COUNT }, (_, i) => i + 1));
  });

  it('A request from an earlier version with 60,000 images in one row returns 304 for the ETag of a status page', async () => {
    const etag = (await scenario.api.get(`/status/${id}`)).headers.get('etag')!;
    expect((await scenario.api.get(`/status/${id}`, { 'If-None-Match': etag })).status).toBe(304);
  });

  it('A request from an earlier version with 60,000 images in one row provides complete output, errors and statistics', async () => {
    const csv = await scenario.api.getText(`/download/${id}`);
    expect(csv.split('\n').filter(Boolean)).toHaveLength(2);
    expect(csv.match(/\/images\//g)).toHaveLength(IMAGE_COUNT - FAILED_COUNT);
    const errors = await scenario.api.getText(`/download/${id}/errors`);
    expect(errors.match(/http_404/g)).toHaveLength(FAILED_COUNT);
    const { body } = await scenario.api.getJson(`/requests/${id}/statistics`);
    expect(body.failures).toEqual([
      expect.objectContaining({ code: 'http_404', images: FAILED_COUNT }),
    ]);
  });
});

describe('A row with more than 1,000 image URLs', () => {
  const cell = Array.from({ length: 1001 }, (_, i) => `https://shop.example/${i}.jpg`).join(',');
  const csv = `S. No.,Product Name,Input Image Urls\n1,SKU1,"${cell}"\n`;
  const problem = { code: 'row_has_too_many_images', row: 1, line: 2, column: 'Input Image Urls' };

  it('A row with more than 1,000 image URLs is truncated to 1,000 images and reported as a problem', async () => {
    const { status, body } = await scenario.api.upload(csv, {
      dry_run: 'true',
      estimate: 'false',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ images: 1000, problems: { count: 1, listed: [problem] } });
  });

  it('A row with more than 1,000 image URLs causes a strict upload to be rejected', async () => {
    const { status, body } = await scenario.api.upload(csv, { strict: 'true' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'csv_rows_invalid', errors: [problem] });
  });
});
