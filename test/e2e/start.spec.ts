import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { createRedis } from '../support/redis.js';

describe('the app', () => {
  let database: TestDatabase;
  let app: TestApp;

  beforeAll(async () => {
    database = await createDatabase();
    app = await startApp({ databaseUrl: database.url, redisUrl: (await createRedis()).url });
  });
  afterAll(async () => {
    await app.stop();
    await database.drop();
  });

  it('is ready once it listens', async () => {
    const { status, body } = await app.api.getJson('/health/ready');
    expect(body).toMatchObject({ status: 'ok' });
    expect(status).toBe(200);
  });

  it('answers an unknown path with a problem document', async () => {
    const { status, headers, body } = await app.api.getJson('/nowhere');
    expect(status).toBe(404);
    expect(headers.get('content-type')).toMatch('application/problem+json');
    expect(body).toMatchObject({ code: 'not_found', status: 404, instance: '/nowhere' });
  });

  it('says with which words it refuses to start', async () => {
    const start = startApp({ databaseUrl: database.url, env: { DECODERS: '0' } });
    await expect(start).rejects.toThrow(/did not start[^]*DECODERS="0"/);
  });

  it('says in one line that its port is taken', async () => {
    const { port } = new URL(app.url);
    const redisUrl = (await createRedis()).url;
    const start = startApp({ databaseUrl: database.url, redisUrl, env: { PORT: port } });
    await expect(start).rejects.toThrow(new RegExp(`\n?Port ${port} of 127.0.0.1 is in use`));
  });

  it('says in one line that DATA_DIR is no directory', async () => {
    const start = startApp({ databaseUrl: database.url, env: { DATA_DIR: '/dev/null' } });
    await expect(start).rejects.toThrow(/DATA_DIR=\/dev\/null can't be made a directory/);
  });
});
