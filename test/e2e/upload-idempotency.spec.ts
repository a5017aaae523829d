import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { createRedis } from '../support/redis.js';

const SHOP_KEY = 'shop-key-0123456789';
const DESK_KEY = 'desk-key-0123456789';
const CSV = 'S. No.,Product Name,Input Image Urls\n1,SKU1,http://127.0.0.1:1/1.jpg\n';

let database: TestDatabase;
let firstApp: TestApp;
let secondApp: TestApp;

/** Two instances share a database. One must not accept an upload that the other has accepted. */
beforeAll(async () => {
  database = await createDatabase();
  const redisUrl = (await createRedis()).url;
  const env = { API_KEYS: `shop:${SHOP_KEY},desk:${DESK_KEY}` };
  [firstApp, secondApp] = await Promise.all([
    startApp({ databaseUrl: database.url, redisUrl, env }),
    startApp({ databaseUrl: database.url, redisUrl, env }),
  ]);
});
afterAll(async () => {
  await Promise.all([firstApp?.stop(), secondApp?.stop()]);
  await database?.drop();
});

interface UploadOptions {
  app: TestApp;
  apiKey: string;
  csv: string;
  fields: Record<string, string>;
}

const upload = (
  key: string,
  { app = firstApp, apiKey = SHOP_KEY, csv = CSV, fields = {} }: Partial<UploadOptions> = {},
) => app.api.withKey(apiKey).upload(csv, fields, { headers: { 'Idempotency-Key': key } });

async function query<T>(sql: string, parameters: unknown[] = []): Promise<T[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql, parameters)).rows as T[];
  } finally {
    await client.end();
  }
}

const countRequests = async (key: string) =>
  (await query(`SELECT 1 FROM processing_requests WHERE idempotency_key = $1`, [key])).length;

describe('An upload with an Idempotency-Key', () => {
  it('An upload with an Idempotency-Key is stored once, and each process repeats its response without the webhook secret', async () => {
    const key = randomUUID();
    const fields = { webhook_url: 'https://example.com/hook' };
    const original = await upload(key, { fields });
    expect(original.status).toBe(202);
    expect(original.headers.get('idempotent-replayed')).toBeNull();
    expect(original.body.webhook_secret).toMatch(/^whsec_/);

    for (const app of [firstApp, secondApp]) {
      const replay = await upload(key, { app, fields });
      expect(replay.status).toBe(202);
      expect(replay.headers.get('idempotent-replayed')).toBe('true');
      expect(replay.headers.get('location')).toBe(original.headers.get('location'));
      const { webhook_secret: _secret, ...bodyWithoutSecret } = original.body;
      expect(JSON.stringify(replay.body)).toBe(JSON.stringify(bodyWithoutSecret));
    }
    expect(await countRequests(key)).toBe(1);
  });

  it('An upload with an Idempotency-Key stores its response without the webhook secret', async () => {
    const key = randomUUID();
    const fields = { webhook_url: 'https://example.com/hook' };
    const { body } = await upload(key, { fields });
    const [{ response }] = await query<{ response: { body: string } }>(
      `SELECT idempotency_answer AS response FROM processing_requests WHERE idempotency_key = $1`,
      [key],
    );
    expect(response.body).toContain(body.request_id);
    expect(response.body).not.toContain('whsec_');
  });

  it('An upload with an Idempotency-Key returns no webhook secret from a response that an earlier version stored', async () => {
    const key = randomUUID();
    await upload(key);
    await query(
      `UPDATE processing_requests SET idempotency_answer =
         jsonb_set(idempotency_answer, '{body}', '"{\\"webhook_secret\\":\\"whsec_old\\"}"')
       WHERE idempotency_key = $1`,
      [key],
    );
    const replay = await upload(key);
    expect([replay.status, replay.body]).toEqual([202, {}]);
  });

  it.each([
    ['another CSV', { csv: CSV.replace('SKU1', 'SKU2') }],
    ['another option', { fields: { quality: '70' } }],
  ])('An upload that reuses an Idempotency-Key with %s is rejected', async (_label, other) => {
    const key = randomUUID();
    expect((await upload(key)).status).toBe(202);
    const rejection = await upload(key, other);
    expect([rejection.status, rejection.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect(await countRequests(key)).toBe(1);
  });

  it('An upload with an Idempotency-Key is independent of the same key from another owner', async () => {
    const key = randomUUID();
    const ownUpload = await upload(key);
    const otherUpload = await upload(key, { apiKey: DESK_KEY, csv: CSV.replace('SKU1', 'SKU2') });
    expect([ownUpload.status, otherUpload.status]).toEqual([202, 202]);
    expect(otherUpload.body.request_id).not.toBe(ownUpload.body.request_id);
  });

  it('An upload with an Idempotency-Key can be repeated after a rejection', async () => {
    const key = randomUUID();
    expect((await upload(key, { csv: CSV.replace('http:', 'ftp:') })).status).toBe(400);
    const corrected = await upload(key);
    expect(corrected.status).toBe(202);
    expect(corrected.headers.get('idempotent-replayed')).toBeNull();
  });

  it('An Idempotency-Key can be reused for a new upload after a day', async () => {
    const key = randomUUID();
    const original = await upload(key);
    await query(
      `UPDATE processing_requests SET created_at = now() - interval '25 hours' WHERE id = $1`,
      [original.body.request_id],
    );
    const newUpload = await upload(key, { csv: CSV.replace('SKU1', 'SKU2') });
    expect(newUpload.status).toBe(202);
    expect(newUpload.body.request_id).not.toBe(original.body.request_id);
  });

  it('An upload with an Idempotency-Key is accepted once if it is sent to both instances simultaneously', async () => {
    const key = randomUUID();
    const uploads = await Promise.all(
      Array.from({ length: 8 }, (_, i) => upload(key, { app: i % 2 ? firstApp : secondApp })),
    );
    const acceptedUploads = uploads.filter(({ status }) => status === 202);
    expect(new Set(acceptedUploads.map(({ body }) => body.request_id)).size).toBe(1);
    const rejections = uploads.filter(({ status }) => status !== 202);
    for (const { status, body, headers } of rejections) {
      expect([status, body.code]).toEqual([409, 'idempotency_key_in_use']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(await countRequests(key)).toBe(1);
  });

  it('An upload with an Idempotency-Key reserves the key until the upload ends or the client disconnects', async () => {
    const key = randomUUID();
    const boundary = 'boundary';
    const socket = connect(Number(new URL(firstApp.url).port), '127.0.0.1');
    socket.write(
      [
        'POST /upload HTTP/1.1',
        'Host: localhost',
        `X-API-Key: ${SHOP_KEY}`,
        `Idempotency-Key: ${key}`,
        `Content-Type: multipart/form-data; boundary=${boundary}`,
        'Content-Length: 100000',
        '',
        `--${boundary}`,
        'Content-Disposition: form-data; name="file"; filename="products.csv"',
        'Content-Type: text/csv',
        '',
        CSV,
      ].join('\r\n'),
    );
    await eventually(
      async () => {
        const locks = await query(
          `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
        return locks.length > 0;
      },
      { description: 'the upload to hold its key' },
    );
    const concurrentUpload = await upload(key, { app: secondApp });
    expect([concurrentUpload.status, concurrentUpload.body.code]).toEqual([
      409,
      'idempotency_key_in_use',
    ]);

    socket.destroy();
    await eventually(async () => (await upload(key, { app: secondApp })).status === 202, {
      description: 'the key to be released',
    });
  });

  it.each(['with space', '', 'x'.repeat(256), 'ümlaut'])(
    'An upload with the invalid Idempotency-Key %j is rejected',
    async (key) => {
      const rejection = await upload(key);
      expect([rejection.status, rejection.body.code]).toEqual([400, 'idempotency_key_invalid']);
    },
  );
});
