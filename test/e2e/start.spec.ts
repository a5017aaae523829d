import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.js';
import { createRedis } from '../support/redis.js';
import { Scenario } from '../support/scenario.js';

describe('The app', () => {
  const scenario = Scenario.forThisFile();

  it('The app is ready as soon as it listens', async () => {
    const { status, body } = await scenario.api.getJson('/health/ready');
    expect(body).toMatchObject({ status: 'ok' });
    expect(status).toBe(200);
  });

  it('The app returns a problem document for an unknown path', async () => {
    const { status, headers, body } = await scenario.api.getJson('/nowhere');
    expect(status).toBe(404);
    expect(headers.get('content-type')).toMatch('application/problem+json');
    expect(body).toMatchObject({ code: 'not_found', status: 404, instance: '/nowhere' });
  });

  it('The app names the invalid setting that prevents startup', async () => {
    const start = startApp({ databaseUrl: scenario.database.url, env: { DECODERS: '0' } });
    await expect(start).rejects.toThrow(/did not start[^]*DECODERS="0"/);
  });

  it('The app prints a one-line error if its port is in use', async () => {
    const { port } = new URL(scenario.app.url);
    const redisUrl = (await createRedis()).url;
    const start = startApp({ databaseUrl: scenario.database.url, redisUrl, env: { PORT: port } });
    await expect(start).rejects.toThrow(new RegExp(`\n?Port ${port} on 127.0.0.1 is in use`));
  });

  it('The app prints a one-line error if DATA_DIR is not a directory', async () => {
    const start = startApp({ databaseUrl: scenario.database.url, env: { DATA_DIR: '/dev/null' } });
    await expect(start).rejects.toThrow(/DATA_DIR=\/dev\/null cannot be created/);
  });
});
