import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { file, status } from '../support/origin-behaviors.js';
import { type Behavior, OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/pictures.js';
import { createRedis } from '../support/redis.js';

const WINDOW_MS = 4000;
const PER_WINDOW = 20;
const IMAGES = 150;

let database: TestDatabase;
/** Each is limited in one way: what was learned of a host stays. */
let limited: OriginServer[];
let other: OriginServer;
let app: TestApp;
let image: Buffer;
/** How often the limited host refused, and when. */
const refusals: number[] = [];

/** Takes 20 requests in any 4 s and refuses others, naming a time to return where it is asked to. */
const slidingWindow = (code: number, namesTime: boolean): Behavior => {
  let taken: number[] = [];
  return (request, response) => {
    taken = taken.filter((at) => Date.now() - at < WINDOW_MS);
    if (taken.length < PER_WINDOW) {
      taken.push(Date.now());
      return file(image)(request, response);
    }
    refusals.push(Date.now());
    const headers = namesTime ? { 'retry-after': String(WINDOW_MS / 1000) } : {};
    return status(code, headers)(request, response);
  };
};

beforeAll(async () => {
  database = await createDatabase();
  limited = [await OriginServer.start(), await OriginServer.start()];
  other = await OriginServer.start();
  image = await photograph(64, 48).jpeg({ quality: 95 }).toBuffer();
  for (let i = 0; i < IMAGES; i += 1) other.on(`/${i}.jpg`, file(image));
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

describe('a host that takes 20 requests in any 4 s', () => {
  it.each([
    ['429 and names the time', 0, 429, true],
    ['503 and names no time', 1, 503, false],
  ])(
    'loses no image when it refuses with %s',
    async (_how, host, code, namesTime) => {
      const origin = limited[host];
      refusals.length = 0;
      const behavior = slidingWindow(code, namesTime);
      for (let i = 0; i < IMAGES; i += 1) origin.on(`/${i}.jpg`, behavior);

      const slow = await app.api.accepted(catalog(rows(origin, IMAGES)));
      await eventually(async () => refusals.length > 0, { what: 'the first refusal' });
      const quick = await app.api.accepted(catalog(rows(other, 20)));
      expect((await app.api.untilFinal(quick, 20_000)).progress.completed).toBe(20);
      // The other host was done long before this one.
      expect((await app.api.status(slow, '?limit=0')).progress.completed).toBeLessThan(IMAGES);

      const { body } = await app.api.getJson<{ limited_hosts: unknown[] }>(
        `/status/${slow}?limit=0`,
      );
      expect(body.limited_hosts).toEqual([
        {
          host: new URL(origin.url('/')).host,
          requests_per_minute: expect.any(Number),
          images_waiting: expect.any(Number),
          eta_seconds: expect.any(Number),
          message: expect.stringMatching(/allows about \d+(\.\d)? requests a minute; .+ left\.$/),
        },
      ]);

      const { progress } = await app.api.untilFinal(slow, 120_000);
      expect(progress).toMatchObject({ completed: IMAGES, failed: 0 });
      expect(refusals.length).toBeLessThanOrEqual(IMAGES / 10);
    },
    180_000,
  );
});
