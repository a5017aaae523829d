import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually.js';
import { RedisInstance } from '../../../test/support/redis-instance.js';
import { Env } from '../config/env.js';
import { InstallationId } from '../config/installation-id.js';
import { RedisConnections } from './redis-connections.js';
import { RedisPrefix } from './redis-prefix.js';
import { RedisProbe } from './redis-probe.js';

describe('RedisProbe', () => {
  let redis: RedisInstance;
  let connections: RedisConnections;
  let probe: RedisProbe;

  beforeAll(async () => {
    redis = await RedisInstance.start();
    const env = Object.assign(new Env(), { REDIS_URL: redis.url() });
    connections = new RedisConnections(env);
    probe = new RedisProbe(connections, new RedisPrefix(env, new InstallationId('0'.repeat(16))));
    await eventually(async () => (await probe.findError()) === undefined, { description: 'Redis' });
  });
  afterAll(async () => {
    connections.onApplicationShutdown();
    await redis.stop();
  });

  beforeEach(async () => {
    await redis.sendCommand('CONFIG', 'SET', 'maxmemory', '0');
    await redis.sendCommand('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  });

  it('RedisProbe warns about an eviction policy that removes jobs, but reports no error', async () => {
    await redis.sendCommand('CONFIG', 'SET', 'maxmemory', '100mb');
    await redis.sendCommand('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const warning = (await probe.findWarning())!;
    expect(warning.code).toBe('redis_evicts_keys');
    expect(warning.message).toContain('allkeys-lru');
    expect(await probe.findError()).toBeUndefined();
  });

  it.each([
    ['100mb', 'noeviction'],
    ['100mb', 'volatile-lru'],
    ['0', 'allkeys-lru'],
  ])(
    'RedisProbe does not warn about maxmemory %s with maxmemory-policy %s, because no jobs are removed',
    async (maxmemory, policy) => {
      await redis.sendCommand('CONFIG', 'SET', 'maxmemory', maxmemory);
      await redis.sendCommand('CONFIG', 'SET', 'maxmemory-policy', policy);
      expect(await probe.findWarning()).toBeUndefined();
    },
  );

  it('RedisProbe shares one check between concurrent calls', async () => {
    await redis.sendCommand('CONFIG', 'RESETSTAT');
    await Promise.all([1, 2, 3].map(() => probe.findError()));
    expect(await redis.sendCommand('INFO', 'commandstats')).toContain('cmdstat_set:calls=1,');
  });

  it('RedisProbe checks the permissions again only after a reconnect', async () => {
    await redis.sendCommand('CONFIG', 'RESETSTAT');
    await probe.findError();
    expect(await redis.sendCommand('INFO', 'commandstats')).not.toContain('cmdstat_hincrby');
    await redis.disconnectClients();
    await eventually(
      async () => {
        await probe.findError();
        return String(await redis.sendCommand('INFO', 'commandstats')).includes('cmdstat_hincrby');
      },
      { description: 'the permissions to be checked' },
    );
  });
});
