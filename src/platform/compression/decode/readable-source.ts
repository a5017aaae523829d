import { FORMATS } from '../formats/index.js';
import type { ImageFormat } from '../inspect/image-format.js';

/** Returns the source in a form that sharp can read. Returns the original bytes if no repair is needed. */
export function toReadableSource(bytes: Buffer, format: ImageFormat): Buffer {
  const descriptor = FORMATS[format];
  return descriptor.makeReadable?.(bytes) ?? bytes;
}
