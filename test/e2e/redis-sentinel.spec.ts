import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { deferred } from '../support/deferred.js';
import { freePort } from '../support/free-port.js';
import { serveFile } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { SentinelSet } from '../support/redis-sentinel.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const PASSWORD = 'redis-password-41c8';
const SENTINEL_PASSWORD = 'sentinel-password-9d02';
const IMAGES = 150;
/** Images that are sent before the primary ends. */
const IMAGES_BEFORE = 10;

let set: SentinelSet;
let database: TestDatabase;
let origin: OriginServer;
let app: TestApp;
const primaryEnded = deferred();

beforeAll(async () => {
  set = await SentinelSet.start(PASSWORD, SENTINEL_PASSWORD);
  database = await createDatabase();
  origin = await OriginServer.start();
  const photo = serveFile(await photograph(64, 48).jpeg().toBuffer());
  for (let i = 0; i < IMAGES; i += 1) {
    origin.on(`/${i}.jpg`, (request, response) => {
      const until = i < IMAGES_BEFORE ? Promise.resolve() : primaryEnded.promise;
      void until.then(() => photo(request, response));
    });
  }
  const unused = await freePort();
  app = await startApp({
    databaseUrl: database.url,
    redisUrl: `redis+sentinel://:${PASSWORD}@127.0.0.1:${unused},127.0.0.1:${set.port}/${set.name}/2`,
    env: {
      OUTBOUND_ALLOW: origin.allow,
      REDIS_SENTINEL_PASSWORD: SENTINEL_PASSWORD,
      // Most images are enqueued only after the primary has ended.
      DISPATCH_WINDOW: '20',
    },
  });
});
afterAll(async () => {
  await app?.stop();
  await origin?.close();
  await database?.drop();
  await set?.stop();
});

describe('An app that finds Redis through Sentinel', () => {
  it('An app that finds Redis through Sentinel loses no image when the primary is killed', async () => {
    const rows = Array.from(
      { length: IMAGES },
      (_, i) => `${i},SKU${i},${origin.url(`/${i}.jpg`)}`,
    );
    const id = await app.api.uploadAccepted(
      ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n'),
    );
    await eventually(async () => (await app.api.getStatus(id, '?limit=0')).progress.completed > 0, {
      timeoutMs: 60_000,
      description: 'the first image',
    });
    await set.primary.stop();
    primaryEnded.resolve();
    const { status, progress } = await app.api.waitUntilFinal(id);
    expect([status, progress.completed]).toEqual(['completed', IMAGES]);
    await eventually(
      async () => String(await set.replica.sendCommand('ROLE')).startsWith('master'),
      {
        timeoutMs: 60_000,
        description: 'the new primary',
      },
    );
  });

  it('An app that finds Redis through Sentinel becomes ready with the new primary and logs no password', async () => {
    const ready = await eventually(
      async () => {
        const { body } = await app.api.getJson<{ details: { redis: { status: string } } }>(
          '/health/ready',
        );
        return body.details.redis.status === 'up' ? body : undefined;
      },
      { timeoutMs: 60_000, description: 'Redis to be up' },
    );
    expect(ready.details.redis).toEqual({ status: 'up' });
    expect(app.logText).not.toContain(PASSWORD);
    expect(app.logText).not.toContain(SENTINEL_PASSWORD);
  });
});
