import { Injectable } from '@nestjs/common';
import type { BatcherSettings } from '../../platform/concurrency/batcher.js';

/** Number of images in flight that keeps the decoders busy for `BUSY_WAIT_MS`. */
const HIGH_WATERMARK = 48;
const BUSY_WAIT_MS = 40;
const IDLE_WAIT_MS = 5;
/** A request with at most this many images in flight is small or almost complete. */
const SMALL_REQUEST_IMAGES = 16;

/** Counts the images that this process is currently processing, by request. */
@Injectable()
export class InFlightImages {
  private readonly countByRequest = new Map<string, number>();
  private total = 0;

  addImage(requestId: string): void {
    this.total += 1;
    this.countByRequest.set(requestId, (this.countByRequest.get(requestId) ?? 0) + 1);
  }

  removeImage(requestId: string): void {
    this.total -= 1;
    const remaining = (this.countByRequest.get(requestId) ?? 0) - 1;
    if (remaining > 0) this.countByRequest.set(requestId, remaining);
    else this.countByRequest.delete(requestId);
  }

  /**
   * Returns true for a request with few images in flight if most images in flight belong to another request.
   * Its statements are not delayed for batching. Many small requests together are not
   * latency-sensitive.
   */
  isLatencySensitive(requestId: string): boolean {
    const isSmall = (this.countByRequest.get(requestId) ?? 0) <= SMALL_REQUEST_IMAGES;
    return isSmall && Math.max(...this.countByRequest.values()) > this.total / 2;
  }

  /**
   * Returns the batch settings for statements about images in flight. The fixed cost of a statement equals the
   * cost of about ten rows, and each commit writes to disk. Waiting does not reduce the throughput while many
   * images are in flight.
   */
  static createBatcherSettings(inFlight: () => InFlightImages): BatcherSettings {
    return {
      minBatchSize: 16,
      maxWaitMs: () => (inFlight().total >= HIGH_WATERMARK ? BUSY_WAIT_MS : IDLE_WAIT_MS),
    };
  }
}
