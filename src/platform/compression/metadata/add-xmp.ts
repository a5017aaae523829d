import { FORMATS } from '../formats/index.js';
import type { ImageFormat } from '../inspect/image-format.js';

/** Adds XMP to an image. Returns the bytes unchanged if the format does not support it. */
export function addXmp(bytes: Buffer, format: ImageFormat, xmp: Buffer | undefined): Buffer {
  const descriptor = FORMATS[format];
  return (xmp && descriptor.addXmp?.(bytes, xmp)) ?? bytes;
}
