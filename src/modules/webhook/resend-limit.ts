import { Injectable } from '@nestjs/common';
import { RateLimiterRes } from 'rate-limiter-flexible';
import {
  type SharedRateLimit,
  SharedRateLimits,
} from '../../platform/queues/shared-rate-limits.js';
import { ResendLimitedError } from './delivery-errors.js';

/** Maximum number of resends of one delivery in ten minutes. */
export const MAX_RESENDS_OF_DELIVERY = 10;
/** Maximum number of resends of one owner in a minute. */
export const MAX_RESENDS_OF_OWNER = 60;

/**
 * Limits resends, across all apps of the installation. Each resend restarts the schedule, so an
 * unlimited number of resends could call a receiver forever.
 */
@Injectable()
export class ResendLimit {
  private readonly ofDelivery: SharedRateLimit;
  private readonly ofOwner: SharedRateLimit;

  constructor(limits: SharedRateLimits) {
    this.ofDelivery = limits.createLimit({
      name: 'delivery',
      points: MAX_RESENDS_OF_DELIVERY,
      duration: 600,
    });
    this.ofOwner = limits.createLimit({
      name: 'owner',
      points: MAX_RESENDS_OF_OWNER,
      duration: 60,
    });
  }

  /** @throws ResendLimitedError */
  async countResend(owner: string, deliveryId: string): Promise<void> {
    try {
      await this.ofOwner.consume(owner);
      await this.ofDelivery.consume(deliveryId);
    } catch (reason) {
      if (!(reason instanceof RateLimiterRes)) throw reason;
      throw new ResendLimitedError(reason.msBeforeNext);
    }
  }
}
