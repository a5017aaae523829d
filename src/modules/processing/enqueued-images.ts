import { Injectable } from '@nestjs/common';
import { ImagesRepository } from '../../platform/database/repositories/images.js';
import { JobQueues } from '../../platform/queues/job-queues.js';

/** Time after which an enqueued, unclaimed image is enqueued again, unless its job is still in Redis. */
export const REDISPATCH_AFTER_SECONDS = 60;
/** Images that become due again within this time are sought in Redis. Longer than `INTERVAL_MS`. */
const AHEAD_SECONDS = 20;
const INTERVAL_MS = 5000;

/** Keeps images that still wait in Redis from being enqueued a second time. */
@Injectable()
export class EnqueuedImages {
  private renewedAt = -Infinity;

  constructor(
    private readonly images: ImagesRepository,
    private readonly queues: JobQueues,
  ) {}

  /**
   * Postpones the next enqueue of images whose job is in Redis. Reads Redis only when an image is about to
   * be enqueued again. Returns the number of images.
   * @throws while Redis is unavailable; the images are then enqueued again
   */
  async renewDispatches(): Promise<number> {
    if (Date.now() - this.renewedAt < INTERVAL_MS) return 0;
    this.renewedAt = Date.now();
    const ending = await this.images.listEndingDispatches(AHEAD_SECONDS);
    if (ending.length === 0) return 0;
    const enqueued = await this.queues.findEnqueued(ending);
    return this.images.renewDispatches(enqueued, REDISPATCH_AFTER_SECONDS);
  }
}
