import { Redis } from 'ioredis';
import { inject } from 'vitest';

export interface TestRedis {
  url: string;
  /** Empties the database, which no other test file uses. */
  flush(): Promise<void>;
}

/** Creates an empty logical Redis database for one test file. All logical databases share the same channels. */
export async function createRedis(): Promise<TestRedis> {
  const databaseNumber = await withRedis(inject('redisUrl'), (redis) =>
    redis.incr('last-database'),
  );
  const url = new URL(inject('redisUrl'));
  url.pathname = String(databaseNumber);
  return {
    url: url.href,
    async flush() {
      await withRedis(url.href, (redis) => redis.flushdb());
    },
  };
}

async function withRedis<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}
