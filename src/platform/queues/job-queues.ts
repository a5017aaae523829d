import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { catchQueueRejections } from './catch-queue-rejections.js';
import { runShutdownStep } from './run-shutdown-step.js';
import { type DeliveryJob, type ImageJob, IMAGES_QUEUE, WEBHOOKS_QUEUE } from './jobs.js';

export interface ImageJobData {
  imageId: string;
  requestId: string;
  /** Dispatch number of this image. It makes the ID of each job unique. */
  dispatch: number;
  /** Priority from 1. Lower numbers go first. */
  priority: number;
}

export interface DeliveryJobData {
  deliveryId: string;
  dispatch: number;
}

/** Adds jobs to the Bull queues. Every method rejects quickly while Redis is unavailable. */
@Injectable()
export class JobQueues {
  constructor(
    @InjectQueue(IMAGES_QUEUE) private readonly imageQueue: Queue<ImageJob>,
    @InjectQueue(WEBHOOKS_QUEUE) private readonly webhookQueue: Queue<DeliveryJob>,
  ) {
    for (const queue of [imageQueue, webhookQueue]) {
      limitCloseTime(queue);
      catchQueueRejections(queue);
    }
  }

  async enqueueImages(images: ImageJobData[]): Promise<void> {
    await this.imageQueue.addBulk(
      images.map(({ imageId, requestId, dispatch, priority }) => ({
        data: { image_id: imageId, request_id: requestId },
        opts: { jobId: toJobId({ imageId, dispatch }), priority },
      })),
    );
  }

  async enqueueDeliveries(deliveries: DeliveryJobData[]): Promise<void> {
    await this.webhookQueue.addBulk(
      deliveries.map(({ deliveryId, dispatch }) => ({
        data: { delivery_id: deliveryId, dispatch },
        opts: { jobId: `${deliveryId}-${dispatch}` },
      })),
    );
  }

  /**
   * Counts the waiting and running jobs of all processes on this Redis. Each dispatch calls this method,
   * so it uses only two commands. `getJobCounts()` uses eight.
   */
  async countOpenImageJobs(): Promise<{ waiting: number; active: number }> {
    const { client } = this.imageQueue;
    const [waiting, active] = await Promise.all(
      ['wait', 'active'].map((list) => client.llen(this.imageQueue.toKey(list))),
    );
    return { waiting, active };
  }

  /**
   * Returns the images whose jobs are waiting or running, in any process on this Redis. A job has an ID in
   * a list and a key with its data. An eviction may remove either one.
   */
  async findEnqueuedImages<T extends Pick<ImageJobData, 'imageId' | 'dispatch'>>(
    images: T[],
  ): Promise<T[]> {
    const { client } = this.imageQueue;
    // Uses one transaction, because a job that a worker takes between two reads would be in neither list.
    const listReplies = await client
      .multi()
      .lrange(this.imageQueue.toKey('wait'), 0, -1)
      .lrange(this.imageQueue.toKey('active'), 0, -1)
      .exec();
    const jobIds = new Set((listReplies ?? []).flatMap((reply) => unwrapReply(reply) as string[]));
    const listedImages = images.filter((image) => jobIds.has(toJobId(image)));
    const pipeline = client.pipeline();
    for (const image of listedImages) pipeline.exists(this.imageQueue.toKey(toJobId(image)));
    const existsReplies = (await pipeline.exec()) ?? [];
    return listedImages.filter((_, i) => unwrapReply(existsReplies[i]) === 1);
  }

  /** Counts the jobs in each queue, of all processes on this Redis. */
  async countJobs(): Promise<{ queue: string; waiting: number; active: number }[]> {
    return Promise.all(
      [this.imageQueue, this.webhookQueue].map(async (queue) => {
        const { waiting, active } = await queue.getJobCounts();
        return { queue: queue.name, waiting, active };
      }),
    );
  }

  async countOpenDeliveryJobs(): Promise<number> {
    const { waiting, active } = await this.webhookQueue.getJobCounts();
    return waiting + active;
  }
}

const toJobId = ({ imageId, dispatch }: Pick<ImageJobData, 'imageId' | 'dispatch'>): string =>
  `${imageId}-${dispatch}`;

function unwrapReply([error, value]: [Error | null, unknown]): unknown {
  if (error) throw error;
  return value;
}

/** Limits the time that @nestjs/bull takes to close a queue. Its running jobs have already ended. */
function limitCloseTime(queue: Queue): void {
  const close = queue.close.bind(queue);
  queue.close = () => runShutdownStep(`Closing the ${queue.name} queue`, close(true));
}
