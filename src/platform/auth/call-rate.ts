import { Injectable } from '@nestjs/common';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { Env } from '../config/env.js';
import { type SharedRateLimit, SharedRateLimits } from '../queues/shared-rate-limits.js';
import { RateLimitedError } from './auth-errors.js';

/** Limits the calls of each client, across all instances of the installation. */
@Injectable()
export class CallRate {
  private readonly limiter?: SharedRateLimit;
  private readonly perMinute: number;

  constructor(env: Env, limits: SharedRateLimits) {
    this.perMinute = env.RATE_LIMIT_PER_MINUTE;
    if (this.perMinute > 0) {
      this.limiter = limits.createLimit({ name: 'calls', points: this.perMinute, duration: 60 });
    }
  }

  /** @throws RateLimitedError */
  async countCall(client: string): Promise<void> {
    try {
      await this.limiter?.consume(client);
    } catch (reason) {
      if (!(reason instanceof RateLimiterRes)) throw reason;
      throw new RateLimitedError(this.perMinute, reason.msBeforeNext);
    }
  }
}
