import { Injectable } from '@nestjs/common';

/** An image that this process is processing. */
export interface ActiveImage {
  imageId: string;
  requestId: string;
  startedAt: Date;
}

/** Lists the images that this process is processing, for operators. */
@Injectable()
export class ActiveImages {
  /** By lease, ordered by start time. */
  private readonly images = new Map<string, ActiveImage>();

  /** @param lease identifies this run of the image */
  addImage(lease: string, imageId: string, requestId: string): void {
    this.images.set(lease, { imageId, requestId, startedAt: new Date() });
  }

  removeImage(lease: string): void {
    this.images.delete(lease);
  }

  get count(): number {
    return this.images.size;
  }

  /** Returns the images that have been processing the longest. */
  listOldestImages(limit: number): ActiveImage[] {
    return [...this.images.values()].slice(0, limit);
  }
}
