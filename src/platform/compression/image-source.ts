import type { ImageHeader } from './image-header.js';
import type { SharedPixels } from './shared-pixels.js';

/** Where an encoder gets its pixels from. */
export interface ImageSource {
  /** The file in a form that the library reads. */
  bytes: Buffer;
  header: ImageHeader;
  maxPixels: number;
  /** Decoded pixels that several encodes share; absent if each encode decodes the file. */
  pixels?: SharedPixels;
}
