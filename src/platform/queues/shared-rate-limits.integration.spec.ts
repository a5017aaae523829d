import { RateLimiterRes } from 'rate-limiter-flexible';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RedisInstance } from '../../../test/support/redis-instance.js';
import { type AppLimits, createAppLimits } from '../../../test/support/shared-limits.js';
import { Env } from '../config/env.js';
import { InstallationId } from '../config/installation-id.js';
import { RedisConnections } from './redis-connections.js';
import { RedisPrefix } from './redis-prefix.js';
import { SharedRateLimits } from './shared-rate-limits.js';

const LIMIT = { name: 'calls', points: 5, duration: 60 };

describe('SharedRateLimits', () => {
  let redis: RedisInstance;
  let apps: AppLimits[];

  beforeAll(async () => {
    redis = await RedisInstance.start();
    apps = await Promise.all([0, 1].map(() => createAppLimits(redis.url())));
  });
  afterAll(async () => {
    for (const app of apps) app.close();
    await redis.stop();
  });

  it('SharedRateLimits opens one connection, when the first limit is created', () => {
    const env = Object.assign(new Env(), { REDIS_URL: redis.url() });
    const connections = new RedisConnections(env);
    const openFailFastConnection = vi.spyOn(connections, 'openFailFastConnection');
    const limits = new SharedRateLimits(connections, new RedisPrefix(env, new InstallationId('0')));
    expect(openFailFastConnection).not.toHaveBeenCalled();
    limits.createLimit(LIMIT);
    limits.createLimit({ ...LIMIT, name: 'other' });
    expect(openFailFastConnection).toHaveBeenCalledTimes(1);
    connections.onApplicationShutdown();
  });

  it('SharedRateLimits counts the calls to two instances together', async () => {
    const [firstLimit, secondLimit] = apps.map(({ limits }) => limits.createLimit(LIMIT));
    for (let i = 0; i < 3; i += 1) await firstLimit.consume('shop');
    for (let i = 0; i < 2; i += 1) await secondLimit.consume('shop');
    for (const limit of [firstLimit, secondLimit]) {
      const rejection = await limit.consume('shop').catch((reason: unknown) => reason);
      expect(rejection).toBeInstanceOf(RateLimiterRes);
      expect((rejection as RateLimiterRes).msBeforeNext).toBeGreaterThan(50_000);
      expect((rejection as RateLimiterRes).msBeforeNext).toBeLessThanOrEqual(60_000);
    }
    await expect(secondLimit.consume('desk')).resolves.toBeUndefined();
  });

  it('SharedRateLimits allows no more calls than the limit when Redis stops responding between two calls', async () => {
    const [limit] = apps.map(({ limits }) => limits.createLimit({ ...LIMIT, name: 'paused' }));
    for (let i = 0; i < 3; i += 1) await limit.consume('shop');
    await redis.sendCommand('CLIENT', 'PAUSE', '600', 'ALL');
    for (let i = 0; i < 2; i += 1) await limit.consume('shop');
    await expect(limit.consume('shop')).rejects.toBeInstanceOf(RateLimiterRes);
  });

  it('SharedRateLimits limits calls without errors while Redis is stopped', async () => {
    const [limit] = apps.map(({ limits }) => limits.createLimit({ ...LIMIT, name: 'stopped' }));
    await redis.stop();
    for (let i = 0; i < LIMIT.points; i += 1) {
      await expect(limit.consume('shop')).resolves.toBeUndefined();
    }
    await expect(limit.consume('shop')).rejects.toBeInstanceOf(RateLimiterRes);
    await expect(limit.consume('desk')).resolves.toBeUndefined();
  });
});
