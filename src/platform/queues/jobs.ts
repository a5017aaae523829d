/** Bull queues, one per kind of work (named processors of one queue would add up their concurrency). */
export const IMAGES_QUEUE = 'images';
export const WEBHOOKS_QUEUE = 'webhooks';

/** Ids only: PostgreSQL is the truth, a job is a hint to look there. */
export interface ImageJob {
  image_id: string;
  request_id: string;
}

export interface DeliveryJob {
  delivery_id: string;
  /** Which hint this is; only the latest of a delivery can be used. */
  dispatch: number;
}
