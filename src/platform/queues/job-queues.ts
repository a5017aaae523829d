import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { containRejections } from './contain-rejections.js';
import { endInTime } from './end-in-time.js';
import { type DeliveryJob, type ImageJob, IMAGES_QUEUE, WEBHOOKS_QUEUE } from './jobs.js';

export interface ImageJobData {
  imageId: string;
  requestId: string;
  /** How often this image was hinted; makes the job id new each time. */
  dispatch: number;
  /** Lower goes first (from 1). */
  priority: number;
}

export interface DeliveryJobData {
  deliveryId: string;
  dispatch: number;
}

/** The typed way into Redis. Every method rejects quickly while Redis is away. */
@Injectable()
export class JobQueues {
  constructor(
    @InjectQueue(IMAGES_QUEUE) private readonly images: Queue<ImageJob>,
    @InjectQueue(WEBHOOKS_QUEUE) private readonly webhooks: Queue<DeliveryJob>,
  ) {
    for (const queue of [images, webhooks]) {
      closesInTime(queue);
      containRejections(queue);
    }
  }

  async enqueueImages(hints: ImageJobData[]): Promise<void> {
    await this.images.addBulk(
      hints.map(({ imageId, requestId, dispatch, priority }) => ({
        data: { image_id: imageId, request_id: requestId },
        opts: { jobId: `${imageId}-${dispatch}`, priority },
      })),
    );
  }

  async enqueueDeliveries(hints: DeliveryJobData[]): Promise<void> {
    await this.webhooks.addBulk(
      hints.map(({ deliveryId, dispatch }) => ({
        data: { delivery_id: deliveryId, dispatch },
        opts: { jobId: `${deliveryId}-${dispatch}` },
      })),
    );
  }

  /** Jobs that wait or run, over all apps on this Redis. */
  async openImageJobs(): Promise<{ waiting: number; active: number }> {
    const { waiting, active } = await this.images.getJobCounts();
    return { waiting, active };
  }

  async openDeliveryJobs(): Promise<number> {
    const { waiting, active } = await this.webhooks.getJobCounts();
    return waiting + active;
  }
}

/** @nestjs/bull closes each queue at a stop; the jobs that run have been waited for before. */
function closesInTime(queue: Queue): void {
  const close = queue.close.bind(queue);
  queue.close = () => endInTime(`The close of the ${queue.name} queue`, close(true));
}
