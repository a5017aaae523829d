import { Client } from 'pg';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { startUnfinishedUpload } from '../support/unfinished-upload.js';
import { sendSlowly, serveFile } from '../support/origin-behaviors.js';
import { Scenario } from '../support/scenario.js';
import { storeRequest } from '../support/stored-request.js';

const SHOP = 'shop-key-0123456789';
const DESK = 'desk-key-0123456789';
const YARD = 'yard-key-0123456789';
const CSV = 'S. No.,Product Name,Input Image Urls\n1,SKU1,http://127.0.0.1:9/1.jpg\n';

const scenario = Scenario.forThisFile({
  origin: true,
  env: { API_KEYS: `shop:${SHOP},desk:${DESK},yard:${YARD}` },
});
let sql: Client;
let openDownloads = 0;

beforeAll(async () => {
  sql = new Client({ connectionString: scenario.database.url });
  await sql.connect();
  const create = { width: 64, height: 48, channels: 3, background: '#888' } as const;
  scenario.origin.on('/photo.jpg', serveFile(await sharp({ create }).jpeg().toBuffer()));
  const slowBody = sendSlowly(Buffer.alloc(1e6), 2000, 100);
  scenario.origin.on('/slow.jpg', (request, response) => {
    openDownloads += 1;
    response.on('close', () => (openDownloads -= 1));
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
    const gone = new AbortController();
    let refused = 0;
    const greedy = Array.from({ length: 40 }, async (_, i) => {
      const answer = await preview(SHOP, `/slow.jpg?${i}`, gone.signal);
      if (answer.status === 429) refused += 1;
    });
    const settled = Promise.allSettled(greedy);
    // Two are fetched and sixteen wait.
    await eventually(() => refused === 22 && openDownloads === 2);
    expect((await preview(DESK, '/photo.jpg')).status).toBe(200);

    gone.abort();
    await settled;
    await eventually(() => openDownloads === 0, { description: 'the downloads to be aborted' });
    expect((await preview(SHOP, '/photo.jpg')).status).toBe(200);
  });

  it('A key that takes all slots does not block uploads of other keys', async () => {
    const sockets = await Promise.all(
      Array.from({ length: 8 }, () => startUnfinishedUpload(scenario.app.url, { key: SHOP })),
    );
    await eventually(async () => (await countUploads()) === 3);
    expect((await scenario.api.withKey(DESK).upload(CSV)).status).toBe(202);
    for (const socket of sockets) socket.destroy();
    await eventually(async () => (await countUploads()) === 0);
    expect((await scenario.api.withKey(SHOP).upload(CSV)).status).toBe(202);
  });
});

describe('Two keys whose downloads are never read', () => {
  it('Two keys whose downloads are never read do not lock a third key out of downloads', async () => {
    const shop = await largeRequest(SHOP);
    const desk = await largeRequest(DESK);
    const yard = await largeRequest(YARD);
    const abort = new AbortController();
    const greedy = [SHOP, DESK].flatMap((key, i) =>
      Array.from({ length: 8 }, () =>
        scenario.api.withKey(key).call(`/download/${[shop, desk][i]}`, { signal: abort.signal }),
      ),
    );
    const settled = Promise.allSettled(greedy);
    await eventually(async () => (await countDownloads()) >= 4, {
      description: 'the slots to be taken',
    });
    const answer = await scenario.api.withKey(YARD).get(`/download/${yard}/errors`);
    expect(answer.status).toBe(200);
    abort.abort();
    await settled;
    await eventually(async () => (await countDownloads()) === 0);
  });
});

/** Its output CSV exceeds all buffers between the app and a client that does not read. */
async function largeRequest(key: string): Promise<string> {
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

/** Counts the open uploads: each has its own transaction. */
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
