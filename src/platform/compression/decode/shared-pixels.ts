import { decodeImage, withAlphaInColor } from './decode-image.js';
import type { Size } from '../geometry/geometry.js';
import { rawPixels } from './image-library.js';
import type { DecodedPixels, ImageSource } from '../inspect/image-source.js';
import type { RawImage } from '../encode/local-error.js';

/**
 * The pixels of a source that is decoded once for several encodes, at the largest size that an output needs.
 * The library skips the finer detail of a JPEG while it decodes to a smaller size.
 */
export class SharedPixels implements DecodedPixels {
  #decoded: Promise<RawImage> | undefined;

  /**
   * @param isOnWhite whether transparent pixels become white. Without alpha, scaling takes half of the time.
   */
  constructor(
    private readonly source: Omit<ImageSource, 'pixels'>,
    readonly size: Size,
    private readonly isOnWhite = false,
  ) {}

  get bytes(): number {
    const { isGray, hasAlpha: isTransparent } = this.source.header;
    const hasAlpha = isTransparent && !this.isOnWhite;
    return this.size.width * this.size.height * (isGray && !hasAlpha ? 1 : hasAlpha ? 4 : 3);
  }

  /** Decodes the source on the first call. */
  readPixels(): Promise<RawImage> {
    this.#decoded ??= this.#decode();
    return this.#decoded;
  }

  #decode(): Promise<RawImage> {
    const { header } = this.source;
    const { width, height } = this.size;
    const resized = width !== header.width || height !== header.height;
    // A PNG keeps alpha, a JPEG is on white. Both have only the first frame.
    const plan = {
      format: this.isOnWhite ? 'jpeg' : 'png',
      quality: 100,
      effort: 'balanced',
      resized,
      width,
      height,
    } as const;
    return decodeImage(this.source, plan, (image) => rawPixels(withAlphaInColor(image, header)));
  }
}
