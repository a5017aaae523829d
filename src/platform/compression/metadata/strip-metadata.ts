import { addXmp } from './add-xmp.js';
import { FORMATS } from '../formats/index.js';
import type { ImageHeader } from '../inspect/image-header.js';

/**
 * Returns the image without metadata: copies only the data that is needed to show it. Omits GPS, names,
 * comments, previews and trailing data. Keeps only the orientation from EXIF, and only
 * `keptXmp` from XMP. Returns identical bytes if there is nothing to omit. Neither decodes nor changes pixels.
 *
 * @returns undefined if the source must be re-encoded, and possibly if more than `maxBytes` would remain
 */
export function stripMetadata(
  bytes: Buffer,
  header: ImageHeader,
  maxBytes: number,
): Buffer | undefined {
  const { format, orientation, keptXmp } = header;
  const descriptor = FORMATS[format];
  const stripped = descriptor.stripMetadata(bytes, header, maxBytes);
  if (!stripped) return undefined;
  const exif = orientation === 1 ? undefined : buildOrientationExif(orientation);
  const oriented = (exif && descriptor.addExif?.(stripped, exif)) ?? stripped;
  return addXmp(oriented, format, keptXmp);
}

/** Builds a TIFF with one directory that contains only the orientation (tag 274). */
function buildOrientationExif(orientation: number): Buffer {
  const exif = Buffer.from('4d4d002a00000008000101120003000000010000000000000000', 'hex');
  exif.writeUInt16BE(orientation, 18);
  return exif;
}
