import { Injectable, Logger } from '@nestjs/common';
import { ImagesRepository } from '../../platform/database/repositories/images.js';
import { JobQueues } from '../../platform/queues/job-queues.js';

/** Time after which an unclaimed image is enqueued again, unless its job is still in Redis. */
export const REDISPATCH_AFTER_SECONDS = 60;
/** If a dispatch expires within this time, its job is looked up in Redis. Longer than `RENEW_INTERVAL_MS`. */
const LOOKAHEAD_SECONDS = 20;
const RENEW_INTERVAL_MS = 5000;

/** Prevents images whose jobs are still in Redis from being enqueued twice. */
@Injectable()
export class EnqueuedImages {
  private readonly log = new Logger(EnqueuedImages.name);
  private renewedAt = -Infinity;

  constructor(
    private readonly images: ImagesRepository,
    private readonly queues: JobQueues,
  ) {}

  /**
   * Marks expired images as pending: images of workers that stopped renewing their leases, and queued images
   * whose jobs Redis has lost.
   * While Redis is unavailable, also marks all other expired queued images.
   * @returns number of marked images
   */
  async requeueExpired(): Promise<number> {
    try {
      await this.renewDispatches();
    } catch (error) {
      this.log.warn({ message: 'Could not look up the jobs of queued images', err: error });
    }
    return this.images.requeueExpiredImages();
  }

  /**
   * Postpones the next enqueue of images whose job is in Redis. Reads Redis only if an image is about to
   * be enqueued again.
   */
  private async renewDispatches(): Promise<void> {
    if (Date.now() - this.renewedAt < RENEW_INTERVAL_MS) return;
    this.renewedAt = Date.now();
    const expiringDispatches = await this.images.listExpiringDispatches(LOOKAHEAD_SECONDS);
    if (expiringDispatches.length === 0) return;
    const enqueuedImages = await this.queues.findEnqueuedImages(expiringDispatches);
    await this.images.renewDispatches(enqueuedImages, REDISPATCH_AFTER_SECONDS);
  }
}
