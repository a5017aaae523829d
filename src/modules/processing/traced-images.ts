/** Maximum number of traced images per request. More spans would overload the collector and its user interface. */
const MAX_IMAGES_PER_REQUEST = 1000;
/** Maximum number of requests. With the maximum number of images each, they need about 10 MB of memory. */
const MAX_REQUESTS = 200;

/** Limits the number of traced images per request. Remembers the most recent requests. */
export class TracedImages {
  private readonly images = new Map<string, Set<string>>();

  constructor(
    private readonly maxImages = MAX_IMAGES_PER_REQUEST,
    private readonly maxRequests = MAX_REQUESTS,
  ) {}

  /** Returns true if this image is traced. All attempts of an image count as one. */
  addImage(requestId: string, imageId: string): boolean {
    const images = this.images.get(requestId) ?? new Set();
    this.images.delete(requestId);
    this.images.set(requestId, images);
    if (this.images.size > this.maxRequests) {
      const [oldest] = this.images.keys();
      this.images.delete(oldest);
    }
    if (images.size < this.maxImages) images.add(imageId);
    return images.has(imageId);
  }
}
