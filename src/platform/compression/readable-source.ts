import { FORMATS } from './formats/index.js';
import type { ImageFormat } from './image-format.js';

/** The source as the library reads it; the very bytes where it reads them as they are. */
export function readableSource(bytes: Buffer, format: ImageFormat): Buffer {
  const descriptor = FORMATS[format];
  return descriptor.makeReadable?.(bytes) ?? bytes;
}
