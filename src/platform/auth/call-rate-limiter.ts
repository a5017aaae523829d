import { Injectable } from '@nestjs/common';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { Env } from '../config/env.js';
import { type SharedRateLimit, SharedRateLimits } from '../queues/shared-rate-limits.js';
import { RateLimitedError } from './auth-errors.js';

/** Limits the calls of each client, across all instances of the installation. */
@Injectable()
export class CallRateLimiter {
  private readonly limiter?: SharedRateLimit;
  private readonly maxCallsPerMinute: number;

  constructor(env: Env, limits: SharedRateLimits) {
    this.maxCallsPerMinute = env.RATE_LIMIT_PER_MINUTE;
    if (this.maxCallsPerMinute > 0) {
      this.limiter = limits.createLimit({
        name: 'calls',
        points: this.maxCallsPerMinute,
        duration: 60,
      });
    }
  }

  /** @throws RateLimitedError */
  async countCall(client: string): Promise<void> {
    try {
      await this.limiter?.consume(client);
    } catch (reason) {
      if (!(reason instanceof RateLimiterRes)) throw reason;
      throw new RateLimitedError(this.maxCallsPerMinute, reason.msBeforeNext);
    }
  }
}
