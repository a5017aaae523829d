import { describe, expect, it, type TestContext, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { serveFile } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { RedisInstance, type RedisOptions } from '../support/redis-instance.js';

const OLD_PASSWORD = 'old-password-8c1f';
const NEW_PASSWORD = 'new-password-93ab';
const REPORT_TIMEOUT_MS = 60_000;

vi.setConfig({ testTimeout: 120_000 });

/** Starts an app with its own Redis. The tests mostly wait, so they run concurrently. */
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

interface RedisReadiness {
  status: number;
  redis: { status: string; code?: string; message?: string };
}

async function getReadiness({ api }: TestApp): Promise<RedisReadiness> {
  const { status, body } = await api.getJson<{ details: { redis: RedisReadiness['redis'] } }>(
    '/health/ready',
  );
  return { status, redis: body.details.redis };
}

const waitForRedisCode = (app: TestApp, code: string | undefined) =>
  eventually(
    async () => {
      const readiness = await getReadiness(app);
      return readiness.redis.code === code ? readiness : undefined;
    },
    {
      timeoutMs: REPORT_TIMEOUT_MS,
      description: `readiness to report ${code ?? 'that Redis is up'}`,
    },
  );

describe.concurrent('The app when the Redis password changes', () => {
  it('The app keeps running and accepts uploads while its Redis password is wrong, and recovers with the correct one', async (context) => {
    const { redis, start, catalog } = await setUp(context, { password: OLD_PASSWORD });
    const app = await start(redis.url());
    await waitForRedisCode(app, undefined);
    await redis.changePassword(NEW_PASSWORD);

    const readiness = await waitForRedisCode(app, 'redis_authentication_failed');
    expect(readiness.status).toBe(200);
    expect(readiness.redis.status).toBe('down');
    expect(readiness.redis.message).toContain('WRONGPASS');
    const id = await app.api.uploadAccepted(catalog);

    await redis.changePassword(OLD_PASSWORD);
    await waitForRedisCode(app, undefined);
    expect((await app.api.waitUntilFinal(id)).status).toBe('completed');
    await app.stop();
    expect(app.logText).not.toContain(OLD_PASSWORD);
    expect(app.logText).toContain('redis_authentication_failed');
  });

  it('The app keeps running when its Redis user is removed from the access control list', async (context) => {
    const { redis, start, catalog } = await setUp(context);
    await redis.sendCommand(
      'ACL',
      'SETUSER',
      'shop',
      'on',
      `>${OLD_PASSWORD}`,
      '~*',
      '&*',
      '+@all',
    );
    const app = await start(`redis://shop:${OLD_PASSWORD}@127.0.0.1:${redis.port}/3`);
    await waitForRedisCode(app, undefined);
    await redis.sendCommand('ACL', 'DELUSER', 'shop');
    await waitForRedisCode(app, 'redis_authentication_failed');

    await redis.sendCommand(
      'ACL',
      'SETUSER',
      'shop',
      'on',
      `>${OLD_PASSWORD}`,
      '~*',
      '&*',
      '+@all',
    );
    await waitForRedisCode(app, undefined);
    const id = await app.api.uploadAccepted(catalog);
    expect((await app.api.waitUntilFinal(id)).status).toBe('completed');
    await app.stop();
    expect(app.logText).not.toContain(OLD_PASSWORD);
  });
});

describe.concurrent('The app', () => {
  it.for([
    ['a wrong password', 'WRONGPASS', 'wrong-password-5d0e'],
    ['no password', 'NOAUTH', ''],
  ])(
    'The app with %s for Redis is not ready, reports %s, and works with the correct password',
    async ([, reply, password], context) => {
      const { redis, start, catalog } = await setUp(context, { password: OLD_PASSWORD });
      const app = await start(redis.url(password));
      const readiness = await waitForRedisCode(app, 'redis_authentication_failed');
      expect(readiness.status).toBe(503);
      expect(readiness.redis.message).toContain(reply);
      const id = await app.api.uploadAccepted(catalog);

      await redis.changePassword(password);
      await waitForRedisCode(app, undefined);
      expect((await app.api.waitUntilFinal(id)).status).toBe('completed');
      await app.stop();
      const secrets = [password, OLD_PASSWORD].filter(Boolean);
      expect(secrets.filter((secret) => app.logText.includes(secret))).toEqual([]);
    },
  );

  it('The app with a wrong password for Redis exits with 0 on SIGTERM', async (context) => {
    const { redis, start } = await setUp(context, { password: OLD_PASSWORD });
    const app = await start(redis.url(NEW_PASSWORD));
    await waitForRedisCode(app, 'redis_authentication_failed');
    await app.stop();
    expect(app.logText).not.toContain(NEW_PASSWORD);
  });
});
