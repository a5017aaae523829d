import { describe, expect, it, type TestContext, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { serveFile } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { RedisInstance, type RedisOptions } from '../support/redis-instance.js';

const OLD = 'old-password-8c1f';
const NEW = 'new-password-93ab';
const REPORT_TIMEOUT_MS = 60_000;

vi.setConfig({ testTimeout: 120_000 });

/** Starts an app and its own Redis. The tests wait most of the time, so they run at the same time. */
async function setUp({ onTestFinished }: TestContext, options: RedisOptions = {}) {
  const redis = await RedisInstance.start(options);
  onTestFinished(() => redis.stop());
  const database = await createDatabase();
  onTestFinished(() => database.drop());
  const origin = await OriginServer.start();
  onTestFinished(() => origin.close());
  origin.on('/1.jpg', serveFile(await photograph(64, 48).jpeg().toBuffer()));
  const start = async (redisUrl: string) => {
    const app = await startApp({
      databaseUrl: database.url,
      redisUrl,
      env: { OUTBOUND_ALLOW: origin.allow, LOG_LEVEL: 'trace' },
    });
    onTestFinished(async () => {
      if (!app.hasEnded) await app.kill();
    });
    return app;
  };
  const catalog = `S. No.,Product Name,Input Image Urls\n1,Mug,${origin.url('/1.jpg')}\n`;
  return { redis, start, catalog };
}

interface Ready {
  status: number;
  redis: { status: string; code?: string; message?: string };
}

async function readiness({ api }: TestApp): Promise<Ready> {
  const { status, body } = await api.getJson<{ details: { redis: Ready['redis'] } }>(
    '/health/ready',
  );
  return { status, redis: body.details.redis };
}

const until = (running: TestApp, code: string | undefined) =>
  eventually(
    async () => {
      const ready = await readiness(running);
      return ready.redis.code === code ? ready : undefined;
    },
    {
      timeoutMs: REPORT_TIMEOUT_MS,
      description: `readiness to report ${code ?? 'that Redis is up'}`,
    },
  );

describe.concurrent('The app when the Redis password changes', () => {
  it('The app keeps running and accepts uploads while its Redis password is wrong, and recovers with the right one', async (context) => {
    const { redis, start, catalog } = await setUp(context, { password: OLD });
    const running = await start(redis.url());
    await until(running, undefined);
    await redis.changePassword(NEW);

    const ready = await until(running, 'redis_authentication_failed');
    expect(ready.status).toBe(200);
    expect(ready.redis.status).toBe('down');
    expect(ready.redis.message).toContain('WRONGPASS');
    const id = await running.api.uploadAccepted(catalog);

    await redis.changePassword(OLD);
    await until(running, undefined);
    expect((await running.api.waitUntilFinal(id)).status).toBe('completed');
    await running.stop();
    expect(running.logText).not.toContain(OLD);
    expect(running.logText).toContain('redis_authentication_failed');
  });

  it('The app keeps running when its Redis user is removed from the access control list', async (context) => {
    const { redis, start, catalog } = await setUp(context);
    await redis.sendCommand('ACL', 'SETUSER', 'shop', 'on', `>${OLD}`, '~*', '&*', '+@all');
    const running = await start(`redis://shop:${OLD}@127.0.0.1:${redis.port}/3`);
    await until(running, undefined);
    await redis.sendCommand('ACL', 'DELUSER', 'shop');
    await until(running, 'redis_authentication_failed');

    await redis.sendCommand('ACL', 'SETUSER', 'shop', 'on', `>${OLD}`, '~*', '&*', '+@all');
    await until(running, undefined);
    const id = await running.api.uploadAccepted(catalog);
    expect((await running.api.waitUntilFinal(id)).status).toBe('completed');
    await running.stop();
    expect(running.logText).not.toContain(OLD);
  });
});

describe.concurrent('The app', () => {
  it.for([
    ['a wrong password', 'WRONGPASS', 'wrong-password-5d0e'],
    ['no password', 'NOAUTH', ''],
  ])(
    'The app %s for Redis is not ready, reports %s, and works with the right password',
    async ([, reply, given], context) => {
      const { redis, start, catalog } = await setUp(context, { password: OLD });
      const running = await start(redis.url(given));
      const ready = await until(running, 'redis_authentication_failed');
      expect(ready.status).toBe(503);
      expect(ready.redis.message).toContain(reply);
      const id = await running.api.uploadAccepted(catalog);

      await redis.changePassword(given);
      await until(running, undefined);
      expect((await running.api.waitUntilFinal(id)).status).toBe('completed');
      await running.stop();
      const secrets = [given, OLD].filter(Boolean);
      expect(secrets.filter((secret) => running.logText.includes(secret))).toEqual([]);
    },
  );

  it('The app a wrong password for Redis exits with 0 on SIGTERM', async (context) => {
    const { redis, start } = await setUp(context, { password: OLD });
    const running = await start(redis.url(NEW));
    await until(running, 'redis_authentication_failed');
    await running.stop();
    expect(running.logText).not.toContain(NEW);
  });
});
