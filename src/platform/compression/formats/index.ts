import type { ImageFormat } from '../inspect/image-format.js';
import { avif } from './avif.js';
import type { FormatDescriptor } from './format-descriptor.js';
import { gif } from './gif.js';
import { jpeg } from './jpeg.js';
import { png } from './png.js';
import { tiff } from './tiff.js';
import { webp } from './webp.js';

/**
 * Formats that Pressroom reads and writes. HEIC, SVG and other formats are rejected with an error that names the
 * format (docs/reference/errors.md).
 */
export const FORMATS: Readonly<Record<ImageFormat, FormatDescriptor>> = {
  jpeg,
  png,
  webp,
  avif,
  gif,
  tiff,
};
