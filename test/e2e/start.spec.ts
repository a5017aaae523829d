import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.js';
import { createRedis } from '../support/redis.js';
import { Scenario } from '../support/scenario.js';

describe('the app', () => {
  const scenario = Scenario.forThisFile();

  it('is ready once it listens', async () => {
    const { status, body } = await scenario.api.getJson('/health/ready');
    expect(body).toMatchObject({ status: 'ok' });
    expect(status).toBe(200);
  });

  it('answers an unknown path with a problem document', async () => {
    const { status, headers, body } = await scenario.api.getJson('/nowhere');
    expect(status).toBe(404);
    expect(headers.get('content-type')).toMatch('application/problem+json');
    expect(body).toMatchObject({ code: 'not_found', status: 404, instance: '/nowhere' });
  });

  it('says with which words it refuses to start', async () => {
    const start = startApp({ databaseUrl: scenario.database.url, env: { DECODERS: '0' } });
    await expect(start).rejects.toThrow(/did not start[^]*DECODERS="0"/);
  });

  it('says in one line that its port is taken', async () => {
    const { port } = new URL(scenario.app.url);
    const redisUrl = (await createRedis()).url;
    const start = startApp({ databaseUrl: scenario.database.url, redisUrl, env: { PORT: port } });
    await expect(start).rejects.toThrow(new RegExp(`\n?Port ${port} of 127.0.0.1 is in use`));
  });

  it('says in one line that DATA_DIR is no directory', async () => {
    const start = startApp({ databaseUrl: scenario.database.url, env: { DATA_DIR: '/dev/null' } });
    await expect(start).rejects.toThrow(/DATA_DIR=\/dev\/null can't be made a directory/);
  });
});
