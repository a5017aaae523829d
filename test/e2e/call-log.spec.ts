import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { createRedis } from '../support/redis.js';

const LIMIT = 10;

let database: TestDatabase;
let app: TestApp;

beforeAll(async () => {
  database = await createDatabase();
  app = await startApp({
    databaseUrl: database.url,
    redisUrl: (await createRedis()).url,
    env: { RATE_LIMIT_PER_MINUTE: String(LIMIT) },
  });
});
afterAll(async () => {
  await app?.stop();
  await database?.drop();
});

const linesOf = (text: string) => app.logText.split('\n').filter((line) => line.includes(text));

it('the log line of a call is short, however long its URL is', async () => {
  await app.api.get(`/${'a.'.repeat(7000)}`);
  await app.api.get(`/requests?${'b.'.repeat(7000)}`);
  await eventually(() => linesOf('b.b.').length > 0, { what: 'the second call to be logged' });
  const lines = [...linesOf('a.a.'), ...linesOf('b.b.')];
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line.length).toBeLessThan(1000);
});

it('calls that the rate limit rejects get one line, not one each', async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 5 * LIMIT; i += 1) statuses.push((await app.api.get('/requests')).status);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(4 * LIMIT);
  // A call outside the limit, logged after all of them.
  await app.api.get('/r/last');
  await eventually(() => linesOf('/r/last').length > 0, { what: 'the last call to be logged' });
  expect(linesOf('GET /requests 429')).toHaveLength(1);
});
