import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { FairOrder } from '../../platform/concurrency/fair-order.js';
import {
  enqueueInBatches,
  PollingDispatcher,
} from '../../platform/concurrency/polling-dispatcher.js';
import { Env } from '../../platform/config/env.js';
import { DueRequestsRepository } from '../../platform/database/repositories/due-requests.js';
import { ImagesRepository } from '../../platform/database/repositories/images.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { JobQueues } from '../../platform/queues/job-queues.js';
import { Signals } from '../../platform/queues/signals.js';
import { StoragePause } from '../../platform/storage/storage-pause.js';
import { EnqueuedImages, REDISPATCH_AFTER_SECONDS } from './enqueued-images.js';
import { ParkedImages } from './parked-images.js';

const IDLE_DELAY_MS = 1000;
/** Delay before the next poll while more images may be waiting. */
const BUSY_DELAY_MS = 50;
const REQUEUE_INTERVAL_MS = 1000;
/** Interval at which missing rows of due requests are restored. */
const RESTORE_INTERVAL_MS = 60_000;
/** Free share of the window at which the window is refilled. */
const REFILL_SHARE = 1 / 8;
/** Size of a small refill, for new requests and for owners with few queued images. */
const SMALL_REFILL_IMAGES = 32;
const ENQUEUE_BATCH_SIZE = 200;
/** Share of the window by which new requests may exceed it. */
const NEW_REQUESTS_OVERFILL_SHARE = 1 / 2;
/** Share of the window by which owners with fewer than `SMALL_REFILL_IMAGES` queued images may exceed it. */
const OWNERS_OVERFILL_SHARE = 1;

/** Size and owners of the next batch. */
interface Refill {
  /** Maximum number of images; 0 for no batch. */
  maxImages: number;
  /** Owners to serve; undefined for all. */
  owners?: string[];
}

/**
 * Keeps a bounded window of images in the Bull queue. The window is fair between owners, then between the
 * requests of each owner.
 */
@Injectable()
export class ImageDispatcher implements OnApplicationBootstrap {
  private readonly log = new Logger(ImageDispatcher.name);
  private readonly dispatcher = new PollingDispatcher({
    name: ImageDispatcher.name,
    failureMessage: 'Could not dispatch images; they stay pending',
    recoveryMessage: 'Image dispatch resumed',
    retryMs: IDLE_DELAY_MS,
    poll: () => this.dispatchDue(),
  });
  private requeuedAt = 0;
  private restoredAt = -Infinity;
  private hadLostJobs = false;

  constructor(
    private readonly images: ImagesRepository,
    private readonly requests: RequestsRepository,
    private readonly dueRequests: DueRequestsRepository,
    private readonly parkedImages: ParkedImages,
    private readonly enqueuedImages: EnqueuedImages,
    private readonly queues: JobQueues,
    private readonly signals: Signals,
    private readonly order: FairOrder,
    private readonly storagePause: StoragePause,
    private readonly env: Env,
  ) {}

  onApplicationBootstrap(): void {
    this.dispatcher.startPolling(this.signals.imagesDue);
  }

  /** Stops dispatching. Resolves when the running dispatch has ended. */
  stopDispatch(): Promise<void> {
    return this.dispatcher.stopPolling();
  }

  /** Dispatches due images. Returns the delay until the next dispatch, in milliseconds. */
  private async dispatchDue(): Promise<number> {
    await this.requeueExpired();
    if (this.storagePause.isPaused) return IDLE_DELAY_MS;
    const jobCounts = await this.queues.countOpenImageJobs();
    if (jobCounts.waiting + jobCounts.active === 0) await this.recoverLostJobs();
    else this.hadLostJobs = false;

    const { maxImages, owners } = await this.planRefill(jobCounts.waiting);
    if (maxImages === 0) return BUSY_DELAY_MS;
    const batch = await this.images.queueFairBatch(maxImages, REDISPATCH_AFTER_SECONDS, owners);
    if (batch.length === 0) return owners ? BUSY_DELAY_MS : IDLE_DELAY_MS;
    await this.enqueueBatch(batch);
    return BUSY_DELAY_MS;
  }

  /**
   * Sizes the next batch. New requests and owners with few queued images may exceed a full window,
   * so they do not have to wait. A nearly empty window is filled completely, because workers must
   * not run out of images.
   */
  private async planRefill(waitingCount: number): Promise<Refill> {
    const window = this.env.DISPATCH_WINDOW;
    const refillThreshold = Math.ceil(window * REFILL_SHARE);
    if (waitingCount < refillThreshold) return { maxImages: window - waitingCount };

    const mayOverfill = waitingCount < window * (1 + NEW_REQUESTS_OVERFILL_SHARE);
    if (mayOverfill && (await this.requests.hasPendingRequests()))
      return { maxImages: SMALL_REFILL_IMAGES };
    if (window - waitingCount >= refillThreshold) return { maxImages: window - waitingCount };

    if (waitingCount >= window * (1 + OWNERS_OVERFILL_SHARE)) return { maxImages: 0 };
    const owners = await this.dueRequests.findOwnersBelow(SMALL_REFILL_IMAGES);
    return { maxImages: owners.length > 0 ? SMALL_REFILL_IMAGES : 0, owners };
  }

  private async enqueueBatch(
    batch: Awaited<ReturnType<ImagesRepository['queueFairBatch']>>,
  ): Promise<void> {
    const jobs = batch.map(({ id, requestId, owner, dispatch }) => ({
      imageId: id,
      requestId,
      dispatch,
      priority: this.order.nextTag(requestId, owner),
    }));
    await enqueueInBatches(jobs, {
      batchSize: ENQUEUE_BATCH_SIZE,
      enqueue: (jobBatch) => this.queues.enqueueImages(jobBatch),
      revertEnqueue: (jobBatch) =>
        this.images.revertEnqueue(jobBatch.map(({ imageId }) => imageId)),
    });
  }

  private async requeueExpired(): Promise<void> {
    if (Date.now() - this.requeuedAt < REQUEUE_INTERVAL_MS) return;
    this.requeuedAt = Date.now();
    const imageCount = await this.enqueuedImages.requeueExpired();
    if (imageCount > 0)
      this.log.warn({ message: 'Requeued images with an expired lease', images: imageCount });
    // The next poll releases the remaining images.
    if (await this.parkedImages.releaseBatch()) this.requeuedAt = 0;
    if (Date.now() - this.restoredAt < RESTORE_INTERVAL_MS) return;
    const requestCount = await this.dueRequests.restoreMissingRows();
    this.restoredAt = Date.now();
    if (requestCount > 0)
      this.log.warn({ message: 'Restored missing due requests', requests: requestCount });
  }

  /**
   * Marks enqueued images as pending again when Redis has lost their jobs. Redis must be empty in two
   * consecutive polls, because another process may have marked images that it has not enqueued yet.
   */
  private async recoverLostJobs(): Promise<void> {
    this.order.reset();
    const hasLostJobs = await this.images.hasQueuedImages();
    if (hasLostJobs && this.hadLostJobs) {
      const imageCount = await this.images.revertEnqueue('all');
      this.log.warn({
        message: 'Redis has lost its jobs; requeued their images',
        images: imageCount,
      });
    }
    this.hadLostJobs = hasLostJobs;
  }
}
