import { Injectable } from '@nestjs/common';
import type { BatcherSettings } from '../../platform/concurrency/batcher.js';

/** From so many images in hand on, more wait for a decoder than a short pause could starve. */
const HIGH_WATERMARK = 48;
const PATIENT_MS = 40;
const QUICK_MS = 5;
/** A request with no more images in hand than this is a small one, or at its end. */
const SMALL_REQUEST = 16;

/** The images that this app has in hand, by request. */
@Injectable()
export class InFlightImages {
  private readonly ofRequest = new Map<string, number>();
  private total = 0;

  add(requestId: string): void {
    this.total += 1;
    this.ofRequest.set(requestId, (this.ofRequest.get(requestId) ?? 0) + 1);
  }

  remove(requestId: string): void {
    this.total -= 1;
    const left = (this.ofRequest.get(requestId) ?? 0) - 1;
    if (left > 0) this.ofRequest.set(requestId, left);
    else this.ofRequest.delete(requestId);
  }

  /**
   * The request has few images in hand beside one that has most of them: it is not made to wait so that
   * statements of the other one get larger. Among many small requests nobody is in a hurry.
   */
  isLatencySensitive(requestId: string): boolean {
    const few = (this.ofRequest.get(requestId) ?? 0) <= SMALL_REQUEST;
    return few && Math.max(...this.ofRequest.values()) > this.total / 2;
  }

  /**
   * For statements on behalf of images in hand. One of them costs PostgreSQL and the app as much as
   * some ten rows of it, and a commit is a trip to the disk. Plenty in hand hide the wait; a small
   * request alone is not made to.
   */
  static batches(inHand: () => InFlightImages): BatcherSettings {
    return {
      worthwhile: 16,
      lingerMs: () => (inHand().total >= HIGH_WATERMARK ? PATIENT_MS : QUICK_MS),
    };
  }
}
