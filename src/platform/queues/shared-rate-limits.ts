import { Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { RedisConnections } from './redis-connections.js';
import { RedisPrefix } from './redis-prefix.js';

export interface RateLimit {
  /** Name of the limit, part of its keys in Redis. */
  name: string;
  /** Maximum number of calls for one key within `duration`. */
  points: number;
  /** Duration of the window in seconds. */
  duration: number;
}

/**
 * Counts calls in the memory of this process and, together with the other instances, in Redis. Both counts
 * are limited, so switching between them never exceeds the limit within one process.
 */
export class SharedRateLimit {
  constructor(
    private readonly localLimiter: RateLimiterMemory,
    private readonly sharedLimiter: RateLimiterRedis,
  ) {}

  /** Rejects with `RateLimiterRes` when the limit is reached. Never fails because of Redis. */
  async consume(key: string): Promise<void> {
    await this.localLimiter.consume(key);
    try {
      await this.sharedLimiter.consume(key);
    } catch (reason) {
      // Redis is unavailable or slow, which its connection logs. Meanwhile, the local count applies.
      if (reason instanceof RateLimiterRes) throw reason;
    }
  }
}

/**
 * Creates rate limits that all instances share. While Redis is unavailable or slow, each instance counts
 * separately, and no call fails.
 */
@Injectable()
export class SharedRateLimits {
  private connection?: Redis;

  constructor(
    private readonly connections: RedisConnections,
    private readonly prefix: RedisPrefix,
  ) {}

  /** Creates a limit. The first one opens the connection that all limits share. */
  createLimit({ name, points, duration }: RateLimit): SharedRateLimit {
    this.connection ??= this.connections.openFailFastConnection();
    const sharedLimiter = new RateLimiterRedis({
      storeClient: this.connection,
      keyPrefix: this.prefix.prefixKey(`rate:${name}`),
      points,
      duration,
      rejectIfRedisNotReady: true,
      // Avoids Redis calls for clients that are already limited.
      inMemoryBlockOnConsumed: points + 1,
    });
    return new SharedRateLimit(new RateLimiterMemory({ points, duration }), sharedLimiter);
  }
}
