import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { REQUIRED_COMMANDS } from '../../src/platform/queues/redis-permissions.js';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { serveFile } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { RedisInstance } from '../support/redis-instance.js';

vi.setConfig({ testTimeout: 120_000 });

const PASSWORD = 'shop-password-7c11';
const KEY_RULES = ['~pressroom:*', '&pressroom:*'];
const COMMAND_RULES = REQUIRED_COMMANDS.map((command) => `+${command}`);

let redis: RedisInstance;
let database: TestDatabase;
let origin: OriginServer;
let app: TestApp;

const setUser = (...rules: string[]) => redis.sendCommand('ACL', 'SETUSER', 'shop', ...rules);

beforeAll(async () => {
  redis = await RedisInstance.start();
  await setUser('on', `>${PASSWORD}`, ...KEY_RULES, ...COMMAND_RULES, '-subscribe');
  database = await createDatabase();
  origin = await OriginServer.start();
  origin.on('/1.jpg', serveFile(await photograph(64, 48).jpeg().toBuffer()));
  app = await startApp({
    databaseUrl: database.url,
    redisUrl: `redis://shop:${PASSWORD}@127.0.0.1:${redis.port}`,
    env: { OUTBOUND_ALLOW: origin.allow },
  });
});
afterAll(async () => {
  await app?.stop();
  await origin?.close();
  await database?.drop();
  await redis?.stop();
});

interface Readiness {
  details: { redis: { status: string; code?: string; message?: string } };
}

const waitForRedisCode = (code: string | undefined) =>
  eventually(
    async () => {
      const { status, body } = await app.api.getJson<Readiness>('/health/ready');
      const { redis: redisStatus } = body.details;
      return redisStatus.code === code ? { ...redisStatus, httpStatus: status } : undefined;
    },
    { timeoutMs: 60_000, description: `readiness to report ${code ?? 'that Redis is up'}` },
  );

const upload = () =>
  app.api.uploadAccepted(`S. No.,Product Name,Input Image Urls\n1,Mug,${origin.url('/1.jpg')}\n`);

describe('An app whose Redis user has limited permissions', () => {
  it('An app whose Redis user has limited permissions names a missing permission and resumes after it is granted', async () => {
    const readiness = await waitForRedisCode('redis_permission_missing');
    const rule = 'ACL SETUSER shop +subscribe';
    expect([readiness.httpStatus, readiness.message]).toEqual([503, expect.stringContaining(rule)]);
    await eventually(() => app.logs.some(({ msg }) => msg.includes(rule)), {
      description: 'the permission to be logged',
    });
    const id = await upload();

    await setUser('+subscribe');
    await waitForRedisCode(undefined);
    expect((await app.api.waitUntilFinal(id)).status).toBe('completed');
  });

  it('An app whose Redis user has limited permissions works with only the required commands and its own keys', async () => {
    expect((await app.api.waitUntilFinal(await upload())).status).toBe('completed');
    const aclLog = (await redis.sendCommand('ACL', 'LOG')) as unknown[][];
    const deniedCommands = aclLog.map((entry) => String(entry[entry.indexOf('object') + 1]));
    const optionalCommands = [
      'subscribe',
      'info',
      'client|setname',
      'client|setinfo',
      'ping',
      'quit',
    ];
    expect(deniedCommands.filter((command) => !optionalCommands.includes(command))).toEqual([]);
  });
});
