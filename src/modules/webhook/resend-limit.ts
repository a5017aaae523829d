import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ResendLimitedError } from './delivery-errors.js';

/** Resends of one delivery in ten minutes. */
export const MAX_RESENDS_OF_DELIVERY = 10;
/** Resends of one owner in a minute, over all its deliveries. */
export const MAX_RESENDS_OF_OWNER = 60;

/**
 * Limits resends: each one starts the schedule over, so without a limit one delivery could call a
 * receiver without end. Counts in the memory of this app, as the limit of calls does.
 */
@Injectable()
export class ResendLimit {
  private readonly ofDelivery = new RateLimiterMemory({
    keyPrefix: 'delivery',
    points: MAX_RESENDS_OF_DELIVERY,
    duration: 600,
  });
  private readonly ofOwner = new RateLimiterMemory({
    keyPrefix: 'owner',
    points: MAX_RESENDS_OF_OWNER,
    duration: 60,
  });

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
