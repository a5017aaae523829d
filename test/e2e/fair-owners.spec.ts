import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { serveFile, neverRespond } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { createRedis } from '../support/redis.js';
import { storeOneImageRequests } from '../support/stored-request.js';

const REQUEST_COUNT = 700;
const SMALL_OWNER_KEY = 'one-key-0123456789';

let database: TestDatabase;
let sql: Client;
let origin: OriginServer;
/** A separate origin, because the app limits downloads per origin. */
let hangingOrigin: OriginServer;
let app: TestApp | undefined;

beforeEach(async () => {
  database = await createDatabase();
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  [origin, hangingOrigin] = await Promise.all([OriginServer.start(), OriginServer.start()]);
  origin.on('/photo.jpg', serveFile(await photograph(64, 48).jpeg({ quality: 95 }).toBuffer()));
  for (let i = 1; i <= REQUEST_COUNT; i += 1) hangingOrigin.on(`/${i}.jpg`, neverRespond());
});
afterEach(async () => {
  await app?.stop();
  await Promise.all([origin?.close(), hangingOrigin?.close()]);
  await sql?.end();
  await database?.drop();
});

async function startWithKeys(): Promise<TestApp> {
  return startApp({
    databaseUrl: database.url,
    redisUrl: (await createRedis()).url,
    env: {
      API_KEYS: `many:many-key-0123456789,one:${SMALL_OWNER_KEY}`,
      // Port 1 refuses every connection.
      OUTBOUND_ALLOW: `${origin.allow},${hangingOrigin.allow},127.0.0.1/32:1`,
      DOWNLOAD_TIMEOUT_SECONDS: '60',
    },
  });
}

/** Counts the unfinished requests of the owner `many`. */
async function countUnfinishedRequests(): Promise<number> {
  const { rows } = await sql.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM processing_requests
     WHERE owner = 'many' AND status IN ('pending', 'processing')`,
  );
  return rows[0].open;
}

describe('An owner with one image', () => {
  it.each([
    ['refuses connections', () => 'http://127.0.0.1:1'],
    ['never responds', () => hangingOrigin.url('')],
  ])(
    'An owner with one image is served while another owner has 700 unfinished requests whose host %s',
    async (_label, getUrlPrefix) => {
      await storeOneImageRequests(database.url, REQUEST_COUNT, {
        owner: 'many',
        urlPrefix: getUrlPrefix(),
      });
      app = await startWithKeys();
      const api = app.api.withKey(SMALL_OWNER_KEY);
      const csv = `S. No.,Product Name,Input Image Urls\n1,SKU1,${origin.url('/photo.jpg')}\n`;
      const { status } = await api.waitUntilFinal(await api.uploadAccepted(csv));
      expect(status).toBe('completed');
      expect(await countUnfinishedRequests()).toBeGreaterThan(REQUEST_COUNT * 0.9);
    },
  );
});
