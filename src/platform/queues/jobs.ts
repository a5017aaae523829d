/**
 * Names of the Bull queues. Each type of job has its own queue, because Bull adds up the concurrency
 * of all named processors in one queue.
 */
export const IMAGES_QUEUE = 'images';
export const WEBHOOKS_QUEUE = 'webhooks';

/** Contains only IDs, because PostgreSQL is the source of truth. */
export interface ImageJob {
  image_id: string;
  request_id: string;
}

export interface DeliveryJob {
  delivery_id: string;
  /** Dispatch number. Only the latest dispatch of a delivery is valid. */
  dispatch: number;
}
