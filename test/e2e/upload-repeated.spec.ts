import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { createRedis } from '../support/redis.js';

const SHOP = 'shop-key-0123456789';
const DESK = 'desk-key-0123456789';
const CSV = 'S. No.,Product Name,Input Image Urls\n1,SKU1,http://127.0.0.1:1/1.jpg\n';

let database: TestDatabase;
let first: TestApp;
let second: TestApp;

/** Two apps on one database. An upload that one has accepted, the other must not accept again. */
beforeAll(async () => {
  database = await createDatabase();
  const redisUrl = (await createRedis()).url;
  const env = { API_KEYS: `shop:${SHOP},desk:${DESK}` };
  [first, second] = await Promise.all([
    startApp({ databaseUrl: database.url, redisUrl, env }),
    startApp({ databaseUrl: database.url, redisUrl, env }),
  ]);
});
afterAll(async () => {
  await Promise.all([first?.stop(), second?.stop()]);
  await database?.drop();
});

interface Repeatable {
  app: TestApp;
  as: string;
  csv: string;
  fields: Record<string, string>;
}

const upload = (
  key: string,
  { app = first, as = SHOP, csv = CSV, fields = {} }: Partial<Repeatable> = {},
) => app.api.withKey(as).upload(csv, fields, { headers: { 'Idempotency-Key': key } });

async function query<T>(sql: string, parameters: unknown[] = []): Promise<T[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql, parameters)).rows as T[];
  } finally {
    await client.end();
  }
}

const countOf = async (key: string) =>
  (await query(`SELECT 1 FROM processing_requests WHERE idempotency_key = $1`, [key])).length;

describe('An upload with an Idempotency-Key', () => {
  it('An upload with an Idempotency-Key is stored once, and each process repeats its response without the secret', async () => {
    const key = randomUUID();
    const fields = { webhook_url: 'https://example.com/hook' };
    const one = await upload(key, { fields });
    expect(one.status).toBe(202);
    expect(one.headers.get('idempotent-replayed')).toBeNull();
    expect(one.body.webhook_secret).toMatch(/^whsec_/);

    for (const app of [first, second]) {
      const again = await upload(key, { app, fields });
      expect(again.status).toBe(202);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.headers.get('location')).toBe(one.headers.get('location'));
      const { webhook_secret: _secret, ...shown } = one.body;
      expect(JSON.stringify(again.body)).toBe(JSON.stringify(shown));
    }
    expect(await countOf(key)).toBe(1);
  });

  it('An upload with an Idempotency-Key stores no copy of the webhook secret for a repeated response', async () => {
    const key = randomUUID();
    const fields = { webhook_url: 'https://example.com/hook' };
    const { body } = await upload(key, { fields });
    const [{ answer }] = await query<{ answer: { body: string } }>(
      `SELECT idempotency_answer AS answer FROM processing_requests WHERE idempotency_key = $1`,
      [key],
    );
    expect(answer.body).toContain(body.request_id);
    expect(answer.body).not.toContain('whsec_');
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
    const again = await upload(key);
    expect([again.status, again.body]).toEqual([202, {}]);
  });

  it.each([
    ['another CSV', { csv: CSV.replace('SKU1', 'SKU2') }],
    ['another option', { fields: { quality: '70' } }],
  ])('An upload with an Idempotency-Key is rejected for %s', async (_what, other) => {
    const key = randomUUID();
    expect((await upload(key)).status).toBe(202);
    const refused = await upload(key, other);
    expect([refused.status, refused.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect(await countOf(key)).toBe(1);
  });

  it('An upload with an Idempotency-Key is independent of the same key from another owner', async () => {
    const key = randomUUID();
    const mine = await upload(key);
    const theirs = await upload(key, { as: DESK, csv: CSV.replace('SKU1', 'SKU2') });
    expect([mine.status, theirs.status]).toEqual([202, 202]);
    expect(theirs.body.request_id).not.toBe(mine.body.request_id);
  });

  it('An upload with an Idempotency-Key can be repeated after a rejection', async () => {
    const key = randomUUID();
    expect((await upload(key, { csv: CSV.replace('http:', 'ftp:') })).status).toBe(400);
    const corrected = await upload(key);
    expect(corrected.status).toBe(202);
    expect(corrected.headers.get('idempotent-replayed')).toBeNull();
  });

  it('An upload with an Idempotency-Key can be repeated as a new upload after a day', async () => {
    const key = randomUUID();
    const one = await upload(key);
    await query(
      `UPDATE processing_requests SET created_at = now() - interval '25 hours' WHERE id = $1`,
      [one.body.request_id],
    );
    const next = await upload(key, { csv: CSV.replace('SKU1', 'SKU2') });
    expect(next.status).toBe(202);
    expect(next.body.request_id).not.toBe(one.body.request_id);
  });

  it('An upload with an Idempotency-Key is accepted once among simultaneous uploads to both apps', async () => {
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => upload(key, { app: i % 2 ? first : second })),
    );
    const accepted = answers.filter(({ status }) => status === 202);
    expect(new Set(accepted.map(({ body }) => body.request_id)).size).toBe(1);
    const others = answers.filter(({ status }) => status !== 202);
    for (const { status, body, headers } of others) {
      expect([status, body.code]).toEqual([409, 'idempotency_key_in_use']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(await countOf(key)).toBe(1);
  });

  it('An upload with an Idempotency-Key reserves the key until the upload ends or the client disconnects', async () => {
    const key = randomUUID();
    const boundary = 'boundary';
    const socket = connect(Number(new URL(first.url).port), '127.0.0.1');
    socket.write(
      [
        'POST /upload HTTP/1.1',
        'Host: localhost',
        `X-API-Key: ${SHOP}`,
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
    const meanwhile = await upload(key, { app: second });
    expect([meanwhile.status, meanwhile.body.code]).toEqual([409, 'idempotency_key_in_use']);

    socket.destroy();
    await eventually(async () => (await upload(key, { app: second })).status === 202, {
      description: 'the key to be free',
    });
  });

  it.each(['with space', '', 'x'.repeat(256), 'ümlaut'])(
    'An upload with an Idempotency-Key is rejected for the key "%s"',
    async (key) => {
      const refused = await upload(key);
      expect([refused.status, refused.body.code]).toEqual([400, 'idempotency_key_invalid']);
    },
  );
});
