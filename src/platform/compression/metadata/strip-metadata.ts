import { addXmp } from './add-xmp.js';
import { FORMATS } from '../formats/index.js';
import type { ImageHeader } from '../inspect/image-header.js';

/**
 * Returns the image without metadata: copies only the data that is needed to show it. Omits GPS, names,
 * comments, previews and data after the end. Of EXIF, only the orientation is kept; of XMP, only
 * what `keptXmp` says. Byte-identical to the source if there was nothing to omit. No pixel is decoded or changed.
 *
 * @returns undefined if the source must be re-encoded; may also be undefined if more than `maxBytes`
 * would remain
 */
export function stripMetadata(
  bytes: Buffer,
  header: ImageHeader,
  maxBytes: number,
): Buffer | undefined {
  const { format, orientation, keptXmp } = header;
  const descriptor = FORMATS[format];
  const stripped = descriptor.strip(bytes, header, maxBytes);
  if (!stripped) return undefined;
  const exif = orientation === 1 ? undefined : orientationExif(orientation);
  const upright = (exif && descriptor.addExif?.(stripped, exif)) ?? stripped;
  return addXmp(upright, format, keptXmp);
}

/** A TIFF of one directory with one entry: tag 274. */
function orientationExif(orientation: number): Buffer {
  const exif = Buffer.from('4d4d002a00000008000101120003000000010000000000000000', 'hex');
  exif.writeUInt16BE(orientation, 18);
  return exif;
}
