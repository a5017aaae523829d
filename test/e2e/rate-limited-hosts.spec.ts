import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { serveFile, sendStatus } from '../support/origin-behaviors.js';
import { type Behavior, OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { createRedis } from '../support/redis.js';

const WINDOW_MS = 1500;
const REQUESTS_PER_WINDOW = 20;
const IMAGE_COUNT = 150;
/** At most 10% of the requests may be rejected. */
const MAX_REJECTIONS = 15;

let database: TestDatabase;
/** One origin for each kind of limit, because the app remembers the limit of a host. */
let limitedOrigins: OriginServer[];
let unlimitedOrigin: OriginServer;
let app: TestApp;
let image: Buffer;

/**
 * Accepts 20 requests in any 1.5 s. Rejects all others, optionally with `Retry-After`. Accepted requests expire only after
 * the first rejection, so even an app on a busy machine exceeds the limit.
 */
const limitBySlidingWindow = (
  statusCode: number,
  hasRetryAfter: boolean,
  onRejection: () => void,
): Behavior => {
  let acceptedTimes: number[] = [];
  let hasRejected = false;
  return (request, response) => {
    if (hasRejected) {
      acceptedTimes = acceptedTimes.filter((time) => Date.now() - time < WINDOW_MS);
    }
    if (acceptedTimes.length < REQUESTS_PER_WINDOW) {
      acceptedTimes.push(Date.now());
      return serveFile(image)(request, response);
    }
    hasRejected = true;
    onRejection();
    const headers = hasRetryAfter ? { 'retry-after': String(Math.ceil(WINDOW_MS / 1000)) } : {};
    return sendStatus(statusCode, headers)(request, response);
  };
};

beforeAll(async () => {
  database = await createDatabase();
  limitedOrigins = [await OriginServer.start(), await OriginServer.start()];
  unlimitedOrigin = await OriginServer.start();
  image = await photograph(64, 48).jpeg({ quality: 95 }).toBuffer();
  for (let i = 0; i < IMAGE_COUNT; i += 1) unlimitedOrigin.on(`/${i}.jpg`, serveFile(image));
  app = await startApp({
    databaseUrl: database.url,
    redisUrl: (await createRedis()).url,
    env: {
      OUTBOUND_ALLOW: [...limitedOrigins, unlimitedOrigin].map(({ allow }) => allow).join(','),
      IMAGE_RETRY_SECONDS: '1',
    },
  });
});
afterAll(async () => {
  await app?.stop();
  await Promise.all([...(limitedOrigins ?? []), unlimitedOrigin].map((origin) => origin?.close()));
  await database?.drop();
});

const buildRows = (origin: OriginServer, count: number) =>
  Array.from({ length: count }, (_, i) => `${i},SKU${i},${origin.url(`/${i}.jpg`)}`);
const buildCatalog = (lines: string[]) =>
  ['S. No.,Product Name,Input Image Urls', ...lines, ''].join('\n');

const getCompletionTime = async (id: string) => {
  const path = `/status/${id}?limit=0`;
  const { body } = await app.api.getJson<{ completed_at: string }>(path);
  return Date.parse(body.completed_at);
};

// The tests mostly wait, so they run concurrently.
describe.concurrent('A host that accepts 20 requests per 1.5 s', () => {
  it.each([
    ['429 and Retry-After', 0, 429, true],
    ['503 without Retry-After', 1, 503, false],
  ])(
    'A host that accepts 20 requests per 1.5 s and returns %s causes no failed images',
    async (_label, originIndex, statusCode, hasRetryAfter) => {
      const origin = limitedOrigins[originIndex];
      let rejectionCount = 0;
      const behavior = limitBySlidingWindow(statusCode, hasRetryAfter, () => (rejectionCount += 1));
      for (let i = 0; i < IMAGE_COUNT; i += 1) origin.on(`/${i}.jpg`, behavior);

      const limitedId = await app.api.uploadAccepted(buildCatalog(buildRows(origin, IMAGE_COUNT)));
      await eventually(() => rejectionCount > 0, {
        description: 'the first request to be rejected',
      });
      const unlimitedId = await app.api.uploadAccepted(
        buildCatalog(buildRows(unlimitedOrigin, 20)),
      );
      const limitedHosts = await eventually(
        async () => {
          const { body } = await app.api.getJson<{ limited_hosts: unknown[] }>(
            `/status/${limitedId}?limit=0`,
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

      const { progress } = await app.api.waitUntilFinal(limitedId, 120_000);
      expect(progress).toMatchObject({ completed: IMAGE_COUNT, failed: 0 });
      expect((await app.api.waitUntilFinal(unlimitedId, 20_000)).progress.completed).toBe(20);
      expect(await getCompletionTime(unlimitedId)).toBeLessThan(await getCompletionTime(limitedId));
      expect(rejectionCount).toBeLessThanOrEqual(MAX_REJECTIONS);
    },
    180_000,
  );
});
