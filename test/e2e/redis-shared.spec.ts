import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { serveFile } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

const IMAGE_COUNT = 60;

const scenario = Scenario.forThisFile({ origin: true });
let database: TestDatabase;
let otherApp: TestApp;
let redis: Redis;

beforeAll(async () => {
  const sendPhoto = serveFile(await photograph(64, 48).jpeg().toBuffer());
  for (let i = 0; i < IMAGE_COUNT; i += 1) scenario.origin.on(`/${i}.jpg`, sendPhoto);
  database = await createDatabase();
  otherApp = await startApp({
    databaseUrl: database.url,
    redisUrl: scenario.redis.url,
    env: { OUTBOUND_ALLOW: scenario.origin.allow },
  });
  redis = new Redis(scenario.redis.url);
});
afterAll(async () => {
  redis?.disconnect();
  await otherApp?.stop();
  await database?.drop();
});

const buildCatalog = () => {
  const rows = Array.from(
    { length: IMAGE_COUNT },
    (_, i) => `${i},SKU${i},${scenario.origin.url(`/${i}.jpg`)}`,
  );
  return ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
};

/** Returns the first two parts of all keys: `pressroom` and the installation. */
const listKeyPrefixes = async () => [
  ...new Set((await redis.keys('*')).map((key) => key.split(':').slice(0, 2).join(':'))),
];

describe('Two installations that share a Redis database', () => {
  it('Two installations that share a Redis database process only their own images', async () => {
    const apps = [scenario.app, otherApp];
    const ids = await Promise.all(apps.map(({ api }) => api.uploadAccepted(buildCatalog())));
    const finalStatuses = await Promise.all(
      apps.map(({ api }, index) => api.waitUntilFinal(ids[index])),
    );
    expect(finalStatuses.map(({ status, progress }) => [status, progress.completed])).toEqual([
      ['completed', IMAGE_COUNT],
      ['completed', IMAGE_COUNT],
    ]);
    const messages = apps.flatMap(({ logs }) => logs.map(({ msg }) => msg));
    expect(messages.filter((message) => message.startsWith('Redis has lost its jobs'))).toEqual([]);
  });

  it('Two installations that share a Redis database have no Redis key in common', async () => {
    for (const { api } of [scenario.app, otherApp]) await api.get('/health/ready');
    const keyPrefixes = await listKeyPrefixes();
    expect(keyPrefixes).toHaveLength(2);
    for (const prefix of keyPrefixes) expect(prefix).toMatch(/^pressroom:[0-9a-f]{16}$/);
  });
});
