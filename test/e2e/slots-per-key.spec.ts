import { Client } from 'pg';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { startUnfinishedUpload } from '../support/unfinished-upload.js';
import { sendSlowly, serveFile } from '../support/origin-behaviors.js';
import { Scenario } from '../support/scenario.js';
import { storeRequest } from '../support/stored-request.js';

const SHOP_KEY = 'shop-key-0123456789';
const DESK_KEY = 'desk-key-0123456789';
const YARD_KEY = 'yard-key-0123456789';
const CSV = 'S. No.,Product Name,Input Image Urls\n1,SKU1,http://127.0.0.1:9/1.jpg\n';

const scenario = Scenario.forThisFile({
  origin: true,
  env: { API_KEYS: `shop:${SHOP_KEY},desk:${DESK_KEY},yard:${YARD_KEY}` },
});
let sql: Client;
let runningDownloadCount = 0;

beforeAll(async () => {
  sql = new Client({ connectionString: scenario.database.url });
  await sql.connect();
  const create = { width: 64, height: 48, channels: 3, background: '#888' } as const;
  scenario.origin.on('/photo.jpg', serveFile(await sharp({ create }).jpeg().toBuffer()));
  const slowBody = sendSlowly(Buffer.alloc(1e6), 2000, 100);
  scenario.origin.on('/slow.jpg', (request, response) => {
    runningDownloadCount += 1;
    response.on('close', () => (runningDownloadCount -= 1));
    slowBody(request, response);
  });
});
afterAll(async () => {
  await sql?.end();
});

const preview = (key: string, path: string, signal?: AbortSignal) =>
  scenario.api.withKey(key).call('/preview', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: scenario.origin.url(path) }),
    signal,
  });

describe('A key that takes all slots', () => {
  it('A key that takes all slots does not block previews of other keys, and its abandoned previews are aborted', async () => {
    const abortController = new AbortController();
    let rejectedCount = 0;
    const greedyCalls = Array.from({ length: 40 }, async (_, i) => {
      const response = await preview(SHOP_KEY, `/slow.jpg?${i}`, abortController.signal);
      if (response.status === 429) rejectedCount += 1;
    });
    const settled = Promise.allSettled(greedyCalls);
    // Two previews are downloading and sixteen are waiting.
    await eventually(() => rejectedCount === 22 && runningDownloadCount === 2);
    expect((await preview(DESK_KEY, '/photo.jpg')).status).toBe(200);

    abortController.abort();
    await settled;
    await eventually(() => runningDownloadCount === 0, {
      description: 'the downloads to be aborted',
    });
    expect((await preview(SHOP_KEY, '/photo.jpg')).status).toBe(200);
  });

  it('A key that takes all slots does not block uploads of other keys', async () => {
    const sockets = await Promise.all(
      Array.from({ length: 8 }, () => startUnfinishedUpload(scenario.app.url, { key: SHOP_KEY })),
    );
    await eventually(async () => (await countUploads()) === 3);
    expect((await scenario.api.withKey(DESK_KEY).upload(CSV)).status).toBe(202);
    for (const socket of sockets) socket.destroy();
    await eventually(async () => (await countUploads()) === 0);
    expect((await scenario.api.withKey(SHOP_KEY).upload(CSV)).status).toBe(202);
  });
});

describe('Two keys whose clients never read their downloads', () => {
  it('Two keys whose clients never read their downloads do not lock a third key out of downloads', async () => {
    const shopId = await storeLargeRequest(SHOP_KEY);
    const deskId = await storeLargeRequest(DESK_KEY);
    const yardId = await storeLargeRequest(YARD_KEY);
    const abortController = new AbortController();
    const greedyCalls = [SHOP_KEY, DESK_KEY].flatMap((key, i) =>
      Array.from({ length: 8 }, () =>
        scenario.api
          .withKey(key)
          .call(`/download/${[shopId, deskId][i]}`, { signal: abortController.signal }),
      ),
    );
    const settled = Promise.allSettled(greedyCalls);
    await eventually(async () => (await countDownloads()) >= 4, {
      description: 'the slots to be taken',
    });
    const response = await scenario.api.withKey(YARD_KEY).get(`/download/${yardId}/errors`);
    expect(response.status).toBe(200);
    abortController.abort();
    await settled;
    await eventually(async () => (await countDownloads()) === 0);
  });
});

/** Stores a request whose CSV exceeds all buffers between the app and a client that does not read. */
async function storeLargeRequest(key: string): Promise<string> {
  const id = await storeRequest(scenario.database.url, { rows: [] });
  await sql.query('UPDATE processing_requests SET owner = $2, products = 10000 WHERE id = $1', [
    id,
    key.split('-')[0],
  ]);
  await sql.query(
    `INSERT INTO products SELECT $1, n, n::text, 'Product', ARRAY[n::text, repeat('x', 2000), 'https://a']
     FROM generate_series(1, 10000) n`,
    [id],
  );
  return id;
}

/** Counts the running uploads. Each has its own transaction. */
async function countUploads(): Promise<number> {
  const { rowCount } = await sql.query(
    `SELECT FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'idle in transaction'`,
  );
  return rowCount ?? 0;
}

async function countDownloads(): Promise<number> {
  const { rowCount } = await sql.query(
    `SELECT FROM pg_stat_activity
     WHERE datname = current_database() AND query LIKE '%FROM products product%'
       AND xact_start IS NOT NULL AND pid <> pg_backend_pid()`,
  );
  return rowCount ?? 0;
}
