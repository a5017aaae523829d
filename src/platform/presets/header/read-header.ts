import { IMAGE_ERRORS } from '../../compression/error-table.js';
import { ImageError } from '../../compression/image-errors.js';
import type { ImageFormat } from '../../compression/inspect/image-format.js';
import { identifyImage } from '../../compression/inspect/image-type.js';
import { readAvifSize } from './read-avif-size.js';
import { readGifSize } from './read-gif-size.js';
import type { ImageSize } from './image-size.js';
import { readJpegSize } from './read-jpeg-size.js';
import { readPngSize } from './read-png-size.js';
import { readTiffSize } from './read-tiff-size.js';
import { readWebpSize } from './read-webp-size.js';

export interface ImageHeader extends ImageSize {
  format: ImageFormat;
}

const SIZE_READERS: Readonly<
  Record<ImageFormat, (bytes: Buffer, isComplete: boolean) => ImageSize | undefined>
> = {
  jpeg: readJpegSize,
  png: readPngSize,
  webp: readWebpSize,
  avif: readAvifSize,
  gif: readGifSize,
  tiff: readTiffSize,
};

/**
 * Reads the format and size from the first bytes of a file, and whether the image is animated. Does not decode
 * pixels, so it is safe for untrusted files outside decoder processes.
 *
 * @param isComplete true if `bytes` is the whole file
 * @returns undefined if more bytes are needed
 * @throws ImageError for every unsupported format, and for a complete file without a readable header
 */
export function readHeader(bytes: Buffer, isComplete: boolean): ImageHeader | undefined {
  const format = identifyImage(bytes);
  const size = SIZE_READERS[format](bytes, isComplete);
  if (size && size.width > 0 && size.height > 0) return { format, ...size };
  if (size ?? isComplete) throw new ImageError(IMAGE_ERRORS.image_corrupt);
  return undefined;
}
