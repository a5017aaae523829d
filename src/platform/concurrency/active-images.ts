import { Injectable } from '@nestjs/common';

/** An image that this process is processing. */
export interface ActiveImage {
  imageId: string;
  requestId: string;
  since: Date;
}

/** The images that this process is processing, for operators. */
@Injectable()
export class ActiveImages {
  /** In the order of their starts. */
  private readonly images = new Map<string, ActiveImage>();

  /** @param lease identifies this run of the image */
  add(lease: string, imageId: string, requestId: string): void {
    this.images.set(lease, { imageId, requestId, since: new Date() });
  }

  remove(lease: string): void {
    this.images.delete(lease);
  }

  get count(): number {
    return this.images.size;
  }

  /** Returns the images that it has worked on for longest. */
  oldest(limit: number): ActiveImage[] {
    return [...this.images.values()].slice(0, limit);
  }
}
