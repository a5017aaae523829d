import type { ImageHeader } from './image-header.js';
import type { RawImage } from '../encode/local-error.js';

/** Source of the pixels for an encoder. */
export interface ImageSource {
  /** The file in a form that the library reads. */
  bytes: Buffer;
  header: ImageHeader;
  maxPixels: number;
  /** Decoded pixels that several encodes share; absent if each encode decodes the file. */
  pixels?: DecodedPixels;
}

/** The first frame of a source: upright, in sRGB or gray, whole, and at most scaled down. */
export interface DecodedPixels {
  /** Bytes of memory that the pixels take. */
  readonly bytes: number;
  readPixels: () => Promise<RawImage>;
}
