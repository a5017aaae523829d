import { Env } from '../../src/platform/config/env.js';
import { InstallationId } from '../../src/platform/config/installation-id.js';
import { RedisConnections } from '../../src/platform/queues/redis-connections.js';
import { RedisPrefix } from '../../src/platform/queues/redis-prefix.js';
import { SharedRateLimits } from '../../src/platform/queues/shared-rate-limits.js';
import { eventually } from './eventually.js';

export interface AppLimits {
  limits: SharedRateLimits;
  close(): void;
}

/** Returns rate limits like those of a separate process, with their own connection to Redis. */
export async function createAppLimits(redisUrl: string): Promise<AppLimits> {
  const env = Object.assign(new Env(), { REDIS_URL: redisUrl });
  const connections = new RedisConnections(env);
  const prefix = new RedisPrefix(env, new InstallationId('0'.repeat(16)));
  const limits = new SharedRateLimits(connections, prefix);
  // The first limit opens the connection that all limits share.
  limits.createLimit({ name: 'first', points: 1, duration: 1 });
  await eventually(() => connections.hasConnected, { description: 'the connection to Redis' });
  return {
    limits,
    close: () => connections.onApplicationShutdown(),
  };
}
