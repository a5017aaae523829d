import { Client } from 'pg';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { halfUpload } from '../support/half-upload.js';
import { dripping, file } from '../support/origin-behaviours.js';
import { OriginServer } from '../support/origin-server.js';
import { createRedis } from '../support/redis.js';

const SHOP = 'shop-key-0123456789';
const DESK = 'desk-key-0123456789';
const CSV = 'S. No.,Product Name,Input Image Urls\n1,SKU1,http://127.0.0.1:9/1.jpg\n';

let database: TestDatabase;
let origin: OriginServer;
let app: TestApp;
let sql: Client;
let dripped = 0;

beforeAll(async () => {
  database = await createDatabase();
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  origin = await OriginServer.start();
  const create = { width: 64, height: 48, channels: 3, background: '#888' } as const;
  origin.on('/photo.jpg', file(await sharp({ create }).jpeg().toBuffer()));
  const drip = dripping(Buffer.alloc(1e6), 2000, 100);
  origin.on('/drip.jpg', (request, response) => {
    dripped += 1;
    response.on('close', () => (dripped -= 1));
    drip(request, response);
  });
  app = await startApp({
    databaseUrl: database.url,
    redisUrl: (await createRedis()).url,
    env: { API_KEYS: `shop:${SHOP},desk:${DESK}`, OUTBOUND_ALLOW: origin.allow },
  });
});
afterAll(async () => {
  await app?.stop();
  await origin?.close();
  await sql?.end();
  await database?.drop();
});

const preview = (key: string, path: string, signal?: AbortSignal) =>
  app.api.as(key).call('/preview', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: origin.url(path) }),
    signal,
  });

describe('a key that takes all it can', () => {
  it('locks nobody else out of previews, and what it no longer waits for is given up', async () => {
    const gone = new AbortController();
    let refused = 0;
    const greedy = Array.from({ length: 40 }, async (_, i) => {
      const answer = await preview(SHOP, `/drip.jpg?${i}`, gone.signal);
      if (answer.status === 429) refused += 1;
    });
    const settled = Promise.allSettled(greedy);
    // Two are fetched and sixteen wait.
    await eventually(() => refused === 22 && dripped === 2);
    expect((await preview(DESK, '/photo.jpg')).status).toBe(200);

    gone.abort();
    await settled;
    await eventually(() => dripped === 0, { what: 'the downloads to be given up' });
    expect((await preview(SHOP, '/photo.jpg')).status).toBe(200);
  });

  it('locks nobody else out of uploads', async () => {
    const sockets = await Promise.all(
      Array.from({ length: 8 }, () => halfUpload(app.url, { key: SHOP })),
    );
    await eventually(async () => (await uploads()) === 3);
    expect((await app.api.as(DESK).upload(CSV)).status).toBe(202);
    for (const socket of sockets) socket.destroy();
    await eventually(async () => (await uploads()) === 0);
    expect((await app.api.as(SHOP).upload(CSV)).status).toBe(202);
  });
});

/** Each has a transaction of its own. */
async function uploads(): Promise<number> {
  const { rowCount } = await sql.query(
    `SELECT FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'idle in transaction'`,
  );
  return rowCount ?? 0;
}
