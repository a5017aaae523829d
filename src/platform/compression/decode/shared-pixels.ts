import { decodeImage, convertGrayAlphaToColor } from './decode-image.js';
import type { Size } from '../geometry/geometry.js';
import { readRawPixels } from './image-library.js';
import type { DecodedPixels, ImageSource } from '../inspect/image-source.js';
import type { RawImage } from '../encode/local-error.js';

/**
 * Decoded pixels that several outputs share, at the largest size that any of them needs. When it decodes a JPEG
 * to a smaller size, sharp skips the finer detail.
 */
export class SharedPixels implements DecodedPixels {
  #pixelsPromise: Promise<RawImage> | undefined;

  /**
   * @param isFlattenedOnWhite whether transparent pixels become white. Without alpha, scaling takes half the time.
   */
  constructor(
    private readonly source: Omit<ImageSource, 'pixels'>,
    readonly size: Size,
    private readonly isFlattenedOnWhite = false,
  ) {}

  get bytes(): number {
    const { isGray, hasAlpha: isTransparent } = this.source.header;
    const hasAlpha = isTransparent && !this.isFlattenedOnWhite;
    return this.size.width * this.size.height * (isGray && !hasAlpha ? 1 : hasAlpha ? 4 : 3);
  }

  /** Decodes the source on the first call. */
  readPixels(): Promise<RawImage> {
    this.#pixelsPromise ??= this.#decodeSource();
    return this.#pixelsPromise;
  }

  #decodeSource(): Promise<RawImage> {
    const { header } = this.source;
    const { width, height } = this.size;
    const isResized = width !== header.width || height !== header.height;
    // A PNG keeps alpha, and a JPEG is flattened on white. Both contain only the first frame.
    const plan = {
      format: this.isFlattenedOnWhite ? 'jpeg' : 'png',
      quality: 100,
      effort: 'balanced',
      isResized,
      width,
      height,
    } as const;
    return decodeImage(this.source, plan, (image) =>
      readRawPixels(convertGrayAlphaToColor(image, header)),
    );
  }
}
