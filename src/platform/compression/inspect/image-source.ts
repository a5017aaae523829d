import type { ImageHeader } from './image-header.js';
import type { RawImage } from '../encode/local-error.js';

/** Source of the pixels for an encoder. */
export interface ImageSource {
  /** The file in a form that sharp can read. */
  bytes: Buffer;
  header: ImageHeader;
  maxPixels: number;
  /** Decoded pixels that several outputs share; absent if each output decodes the file. */
  pixels?: DecodedPixels;
}

/** The first frame of a source: upright, in sRGB or gray, uncropped, and possibly scaled down. */
export interface DecodedPixels {
  /** Memory that the pixels occupy, in bytes. */
  readonly bytes: number;
  readPixels: () => Promise<RawImage>;
}
