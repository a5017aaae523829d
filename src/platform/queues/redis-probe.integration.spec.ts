import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    await eventually(async () => (await probe.findFault()) === undefined, { what: 'Redis' });
  });
  afterAll(async () => {
    connections.onApplicationShutdown();
    await redis.stop();
  });

  it('RedisProbe reports an eviction policy that removes jobs, and leaves the app ready', async () => {
    await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const fault = (await probe.findFault())!;
    expect(fault.code).toBe('redis_evicts_keys');
    expect(fault.message).toContain('allkeys-lru');
    expect(probe.isTransient(fault)).toBe(true);
    await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    expect(await probe.findFault()).toBeUndefined();
  });
});
