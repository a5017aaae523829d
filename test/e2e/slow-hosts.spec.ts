import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { file, neverAnswer } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/pictures.js';
import { createRedis } from '../support/redis.js';

const IMAGES = 100;
const TIMEOUT_SECONDS = 20;

let database: TestDatabase;
let well: OriginServer;
let hung: OriginServer;
let app: TestApp;

beforeAll(async () => {
  database = await createDatabase();
  [well, hung] = await Promise.all([OriginServer.start(), OriginServer.start()]);
  const picture = await photograph(64, 48).jpeg({ quality: 95 }).toBuffer();
  for (let i = 0; i < IMAGES; i += 1) {
    well.on(`/${i}.jpg`, file(picture));
    hung.on(`/${i}.jpg`, neverAnswer());
  }
  app = await startApp({
    databaseUrl: database.url,
    redisUrl: (await createRedis()).url,
    env: {
      // Port 1 refuses every connection.
      OUTBOUND_ALLOW: `${well.allow},${hung.allow},127.0.0.1/32:1`,
      DOWNLOAD_TIMEOUT_SECONDS: String(TIMEOUT_SECONDS),
      IMAGE_RETRY_SECONDS: '0',
    },
  });
});
afterAll(async () => {
  await app?.stop();
  await Promise.all([well?.close(), hung?.close()]);
  await database?.drop();
});

const rows = (url: (i: number) => string) =>
  Array.from({ length: IMAGES }, (_, i) => `${i},SKU${i},${url(i)}`);
const catalog = (...lines: string[]) =>
  ['S. No.,Product Name,Input Image Urls', ...lines, ''].join('\n');

it('a host that hangs holds up nobody, though all its images come first', async () => {
  const id = await app.api.accepted(
    catalog(...rows((i) => hung.url(`/${i}.jpg`)), ...rows((i) => well.url(`/${i}.jpg`))),
  );
  const begun = Date.now();
  await eventually(
    async () => (await app.api.status(id, '?limit=0')).progress.completed === IMAGES,
    { timeoutMs: 50_000, intervalMs: 100, what: 'the images of the host that is well' },
  );
  // Well before the first download of the other host times out.
  expect(Date.now() - begun).toBeLessThan(TIMEOUT_SECONDS * 1000 * 0.75);
  expect((await app.api.status(id, '?limit=0')).progress.failed).toBe(0);
  await app.api.call(`/requests/${id}`, { method: 'DELETE' });
});

it('images of a dead host all end, as what they failed of', async () => {
  const id = await app.api.accepted(catalog(...rows((i) => `http://127.0.0.1:1/${i}.jpg`)));
  const { status, progress, products } = await app.api.untilFinal(id);
  expect([status, progress.failed]).toEqual(['failed', IMAGES]);
  const codes = products.flatMap(({ images }) => images.map(({ error }) => error?.code));
  expect(new Set(codes)).toEqual(new Set(['connection_refused']));
});
