import { Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
} from 'rate-limiter-flexible';
import { RedisConnections } from './redis-connections.js';
import { RedisPrefix } from './redis-prefix.js';

export interface RateLimit {
  /** Name of the limit, part of its keys in Redis. */
  name: string;
  /** Maximum number of calls for one key in the duration. */
  points: number;
  /** Seconds. */
  duration: number;
}

/**
 * Creates rate limits that all apps of an installation count together in Redis. While Redis is unavailable
 * or slow, each app counts in its own memory, and no call fails or waits.
 */
@Injectable()
export class SharedRateLimits {
  private readonly connection: Redis;

  constructor(
    connections: RedisConnections,
    private readonly prefix: RedisPrefix,
  ) {
    this.connection = connections.openImpatient();
  }

  /** True while Redis counts; false while each app counts alone. */
  get isShared(): boolean {
    return this.connection.status === 'ready';
  }

  /** Returns a limiter whose `consume` rejects with `RateLimiterRes` when the limit is reached. */
  createLimit({ name, points, duration }: RateLimit): RateLimiterAbstract {
    return new RateLimiterRedis({
      storeClient: this.connection,
      keyPrefix: this.prefix.keyOf(`rate:${name}`),
      points,
      duration,
      rejectIfRedisNotReady: true,
      // Spares Redis the calls of a client that is already limited.
      inMemoryBlockOnConsumed: points + 1,
      insuranceLimiter: new RateLimiterMemory({ keyPrefix: name, points, duration }),
    });
  }
}
