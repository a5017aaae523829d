import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { deferred } from '../support/deferred.js';
import { findFreePort } from '../support/free-port.js';
import { serveFile } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { SentinelSet } from '../support/redis-sentinel.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const PASSWORD = 'redis-password-41c8';
const SENTINEL_PASSWORD = 'sentinel-password-9d02';
const IMAGE_COUNT = 150;
/** Number of images that the origin sends before the primary stops. */
const IMAGES_BEFORE_FAILOVER = 10;

let sentinelSet: SentinelSet;
let database: TestDatabase;
let origin: OriginServer;
let app: TestApp;
const primaryStopped = deferred();

beforeAll(async () => {
  sentinelSet = await SentinelSet.start(PASSWORD, SENTINEL_PASSWORD);
  database = await createDatabase();
  origin = await OriginServer.start();
  const sendPhoto = serveFile(await photograph(64, 48).jpeg().toBuffer());
  for (let i = 0; i < IMAGE_COUNT; i += 1) {
    origin.on(`/${i}.jpg`, (request, response) => {
      const releasePromise =
        i < IMAGES_BEFORE_FAILOVER ? Promise.resolve() : primaryStopped.promise;
      void releasePromise.then(() => sendPhoto(request, response));
    });
  }
  const unusedPort = await findFreePort();
  app = await startApp({
    databaseUrl: database.url,
    redisUrl: `redis+sentinel://:${PASSWORD}@127.0.0.1:${unusedPort},127.0.0.1:${sentinelSet.port}/${sentinelSet.name}/2`,
    env: {
      OUTBOUND_ALLOW: origin.allow,
      REDIS_SENTINEL_PASSWORD: SENTINEL_PASSWORD,
      // Most images are enqueued only after the primary has stopped.
      DISPATCH_WINDOW: '20',
    },
  });
});
afterAll(async () => {
  await app?.stop();
  await origin?.close();
  await database?.drop();
  await sentinelSet?.stop();
});

describe('An app that finds Redis through Sentinel', () => {
  it('An app that finds Redis through Sentinel loses no image when the primary is killed', async () => {
    const rows = Array.from(
      { length: IMAGE_COUNT },
      (_, i) => `${i},SKU${i},${origin.url(`/${i}.jpg`)}`,
    );
    const id = await app.api.uploadAccepted(
      ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n'),
    );
    await eventually(async () => (await app.api.getStatus(id, '?limit=0')).progress.completed > 0, {
      timeoutMs: 60_000,
      description: 'the first image to be completed',
    });
    await sentinelSet.primary.stop();
    primaryStopped.resolve();
    const { status, progress } = await app.api.waitUntilFinal(id);
    expect([status, progress.completed]).toEqual(['completed', IMAGE_COUNT]);
    await eventually(
      async () => String(await sentinelSet.replica.sendCommand('ROLE')).startsWith('master'),
      {
        timeoutMs: 60_000,
        description: 'the replica to become the primary',
      },
    );
  });

  it('An app that finds Redis through Sentinel becomes ready with the new primary and logs no password', async () => {
    const readiness = await eventually(
      async () => {
        const { body } = await app.api.getJson<{ details: { redis: { status: string } } }>(
          '/health/ready',
        );
        return body.details.redis.status === 'up' ? body : undefined;
      },
      { timeoutMs: 60_000, description: 'Redis to be up' },
    );
    expect(readiness.details.redis).toEqual({ status: 'up' });
    expect(app.logText).not.toContain(PASSWORD);
    expect(app.logText).not.toContain(SENTINEL_PASSWORD);
  });
});
