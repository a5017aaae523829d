import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { createRedis } from '../support/redis.js';
import { LivenessMonitor } from '../support/vigil.js';

const MORE_THAN_PROMISED_MS = 700;

describe('the vigil of the hostile tests', () => {
  let database: TestDatabase;
  let app: TestApp;

  beforeAll(async () => {
    database = await createDatabase();
    const redisUrl = (await createRedis()).url;
    app = await startApp({ databaseUrl: database.url, redisUrl });
  });
  afterAll(async () => {
    await app?.stop();
    await database?.drop();
  });

  it('sees an app that stands still', async () => {
    const still = LivenessMonitor.during(app, async () => {
      process.kill(app.pid, 'SIGSTOP');
      await sleep(MORE_THAN_PROMISED_MS);
      process.kill(app.pid, 'SIGCONT');
    });
    await expect(still).rejects.toThrow(/health\/live did not answer as it should: \d{3,4} ms$/);
  });
});
