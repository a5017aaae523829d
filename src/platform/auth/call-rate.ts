import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Env } from '../config/env.js';
import { RateLimitedError } from './auth-errors.js';

/** Counts calls in memory. Works without Redis, and each app has its own count. */
@Injectable()
export class CallRate {
  private readonly limiter?: RateLimiterMemory;
  private readonly perMinute: number;

  constructor(env: Env) {
    this.perMinute = env.RATE_LIMIT_PER_MINUTE;
    if (this.perMinute > 0) {
      this.limiter = new RateLimiterMemory({ points: this.perMinute, duration: 60 });
    }
  }

  /** @throws RateLimitedError */
  async count(who: string): Promise<void> {
    try {
      await this.limiter?.consume(who);
    } catch (reason) {
      if (!(reason instanceof RateLimiterRes)) throw reason;
      throw new RateLimitedError(this.perMinute, reason.msBeforeNext);
    }
  }
}
