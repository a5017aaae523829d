import { Injectable } from '@nestjs/common';
import { RateLimiterRes } from 'rate-limiter-flexible';
import {
  type SharedRateLimit,
  SharedRateLimits,
} from '../../platform/queues/shared-rate-limits.js';
import { ResendLimitedError } from './delivery-errors.js';

/** Maximum number of resends per delivery in ten minutes. */
export const MAX_RESENDS_PER_DELIVERY = 10;
/** Maximum number of resends per owner in one minute. */
export const MAX_RESENDS_PER_OWNER = 60;

/**
 * Limits resends across all processes of an installation. Each resend restarts the retry schedule, so unlimited
 * resends could call a receiver forever.
 */
@Injectable()
export class ResendLimit {
  private readonly deliveryLimit: SharedRateLimit;
  private readonly ownerLimit: SharedRateLimit;

  constructor(limits: SharedRateLimits) {
    this.deliveryLimit = limits.createLimit({
      name: 'delivery',
      points: MAX_RESENDS_PER_DELIVERY,
      duration: 600,
    });
    this.ownerLimit = limits.createLimit({
      name: 'owner',
      points: MAX_RESENDS_PER_OWNER,
      duration: 60,
    });
  }

  /** @throws ResendLimitedError */
  async countResend(owner: string, deliveryId: string): Promise<void> {
    try {
      await this.ownerLimit.consume(owner);
      await this.deliveryLimit.consume(deliveryId);
    } catch (rejection) {
      if (!(rejection instanceof RateLimiterRes)) throw rejection;
      throw new ResendLimitedError(rejection.msBeforeNext);
    }
  }
}
