/** More spans per request and process would overload the collector and its user interface. */
const MAX_IMAGES_PER_REQUEST = 1000;
/** With the maximum number of images, this many requests take about 10 MB. */
const MAX_REQUESTS = 200;

/** Limits the number of traced images per request. Remembers the most recent requests. */
export class TracedImages {
  private readonly images = new Map<string, Set<string>>();

  constructor(
    private readonly maxImages = MAX_IMAGES_PER_REQUEST,
    private readonly maxRequests = MAX_REQUESTS,
  ) {}

  /** Returns true if this image is traced. All attempts of an image count once. */
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
