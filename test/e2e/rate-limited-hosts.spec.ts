import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { serveFile, sendStatus } from '../support/origin-behaviors.js';
import { type Behavior, OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { createRedis } from '../support/redis.js';

const WINDOW_MS = 1500;
const PER_WINDOW = 20;
const IMAGES = 150;
/** At most 10 % of the requests may be refused. */
const MAX_REFUSALS = 15;

let database: TestDatabase;
/** One per kind of limit, because the app remembers the limit of a host. */
let limited: OriginServer[];
let other: OriginServer;
let app: TestApp;
let image: Buffer;

/** Accepts 20 requests in any 1.5 s. Refuses others, optionally with `Retry-After`. */
const slidingWindow = (code: number, hasRetryAfter: boolean, onRefusal: () => void): Behavior => {
  let taken: number[] = [];
  return (request, response) => {
    taken = taken.filter((at) => Date.now() - at < WINDOW_MS);
    if (taken.length < PER_WINDOW) {
      taken.push(Date.now());
      return serveFile(image)(request, response);
    }
    onRefusal();
    const headers = hasRetryAfter ? { 'retry-after': String(Math.ceil(WINDOW_MS / 1000)) } : {};
    return sendStatus(code, headers)(request, response);
  };
};

beforeAll(async () => {
  database = await createDatabase();
  limited = [await OriginServer.start(), await OriginServer.start()];
  other = await OriginServer.start();
  image = await photograph(64, 48).jpeg({ quality: 95 }).toBuffer();
  for (let i = 0; i < IMAGES; i += 1) other.on(`/${i}.jpg`, serveFile(image));
  app = await startApp({
    databaseUrl: database.url,
    redisUrl: (await createRedis()).url,
    env: {
      OUTBOUND_ALLOW: [...limited, other].map(({ allow }) => allow).join(','),
      IMAGE_RETRY_SECONDS: '1',
    },
  });
});
afterAll(async () => {
  await app?.stop();
  await Promise.all([...(limited ?? []), other].map((origin) => origin?.close()));
  await database?.drop();
});

const rows = (origin: OriginServer, count: number) =>
  Array.from({ length: count }, (_, i) => `${i},SKU${i},${origin.url(`/${i}.jpg`)}`);
const catalog = (lines: string[]) =>
  ['S. No.,Product Name,Input Image Urls', ...lines, ''].join('\n');

const completionTime = async (id: string) => {
  const path = `/status/${id}?limit=0`;
  const { body } = await app.api.getJson<{ completed_at: string }>(path);
  return Date.parse(body.completed_at);
};

// The tests mostly wait, so they run concurrently.
describe.concurrent('A host that accepts 20 requests in any 1.5 s', () => {
  it.each([
    ['429 and Retry-After', 0, 429, true],
    ['503 without Retry-After', 1, 503, false],
  ])(
    'A host that accepts 20 requests in any 1.5 s loses no image for responses of %s',
    async (_how, host, code, hasRetryAfter) => {
      const origin = limited[host];
      let refusals = 0;
      const behavior = slidingWindow(code, hasRetryAfter, () => (refusals += 1));
      for (let i = 0; i < IMAGES; i += 1) origin.on(`/${i}.jpg`, behavior);

      const slow = await app.api.uploadAccepted(catalog(rows(origin, IMAGES)));
      await eventually(() => refusals > 0, { description: 'the first refusal' });
      const quick = await app.api.uploadAccepted(catalog(rows(other, 20)));
      const limitedHosts = await eventually(
        async () => {
          const { body } = await app.api.getJson<{ limited_hosts: unknown[] }>(
            `/status/${slow}?limit=0`,
          );
          return body.limited_hosts.length > 0 ? body.limited_hosts : undefined;
        },
        { description: 'the status to name the limited host' },
      );
      expect(limitedHosts).toEqual([
        {
          host: new URL(origin.url('/')).host,
          requests_per_minute: expect.any(Number),
          images_waiting: expect.any(Number),
          eta_seconds: expect.any(Number),
          message: expect.stringMatching(/allows about \d+(\.\d)? requests a minute; .+ left\.$/),
        },
      ]);

      const { progress } = await app.api.waitUntilFinal(slow, 120_000);
      expect(progress).toMatchObject({ completed: IMAGES, failed: 0 });
      expect((await app.api.waitUntilFinal(quick, 20_000)).progress.completed).toBe(20);
      expect(await completionTime(quick)).toBeLessThan(await completionTime(slow));
      expect(refusals).toBeLessThanOrEqual(MAX_REFUSALS);
    },
    180_000,
  );
});
