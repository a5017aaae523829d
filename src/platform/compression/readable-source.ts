import type { ImageFormat } from './image-format.js';
import { completeJpeg } from './jpeg/complete-jpeg.js';

const MAJOR_BRAND_AT = 8;

/**
 * The source as the library reads it: a JPEG with the end marker that it lacks, and an animated AVIF named as
 * a still, which it is too. The very bytes where neither applies.
 */
export function readableSource(bytes: Buffer, format: ImageFormat): Buffer {
  if (format === 'jpeg') return completeJpeg(bytes);
  if (
    format === 'avif' &&
    bytes.toString('latin1', MAJOR_BRAND_AT, MAJOR_BRAND_AT + 4) === 'avis'
  ) {
    const still = Buffer.from(bytes);
    still.write('avif', MAJOR_BRAND_AT, 'latin1');
    return still;
  }
  return bytes;
}
