import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { serveFile } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

const IMAGES = 60;

const scenario = Scenario.forThisFile({ origin: true });
let database: TestDatabase;
let other: TestApp;
let redis: Redis;

beforeAll(async () => {
  const photo = serveFile(await photograph(64, 48).jpeg().toBuffer());
  for (let i = 0; i < IMAGES; i += 1) scenario.origin.on(`/${i}.jpg`, photo);
  database = await createDatabase();
  other = await startApp({
    databaseUrl: database.url,
    redisUrl: scenario.redis.url,
    env: { OUTBOUND_ALLOW: scenario.origin.allow },
  });
  redis = new Redis(scenario.redis.url);
});
afterAll(async () => {
  redis?.disconnect();
  await other?.stop();
  await database?.drop();
});

const catalog = () => {
  const rows = Array.from(
    { length: IMAGES },
    (_, i) => `${i},SKU${i},${scenario.origin.url(`/${i}.jpg`)}`,
  );
  return ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
};

/** First two parts of each key: `pressroom` and the installation. */
const prefixes = async () => [
  ...new Set((await redis.keys('*')).map((key) => key.split(':').slice(0, 2).join(':'))),
];

describe('Two installations that share a Redis database', () => {
  it('Two installations that share a Redis database process only their own images', async () => {
    const apps = [scenario.app, other];
    const ids = await Promise.all(apps.map(({ api }) => api.uploadAccepted(catalog())));
    const ended = await Promise.all(apps.map(({ api }, at) => api.waitUntilFinal(ids[at])));
    expect(ended.map(({ status, progress }) => [status, progress.completed])).toEqual([
      ['completed', IMAGES],
      ['completed', IMAGES],
    ]);
    const logged = apps.flatMap(({ logs }) => logs.map(({ msg }) => msg));
    expect(logged.filter((message) => message.startsWith('Redis has lost its jobs'))).toEqual([]);
  });

  it('Two installations that share a Redis database have no key in common', async () => {
    for (const { api } of [scenario.app, other]) await api.get('/health/ready');
    const found = await prefixes();
    expect(found).toHaveLength(2);
    for (const prefix of found) expect(prefix).toMatch(/^pressroom:[0-9a-f]{16}$/);
  });
});
