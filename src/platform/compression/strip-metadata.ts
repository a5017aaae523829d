import { addProvenance } from './add-provenance.js';
import { FORMATS } from './formats/index.js';
import type { ImageHeader } from './image-header.js';

/**
 * The same picture without anything but the picture: what is needed to show it is copied, all else
 * (GPS, names, comments, previews, whatever follows the end) is left out. Of EXIF only the orientation
 * stays, of XMP only how the picture was made. Byte-identical to the source when there was nothing to
 * leave out. No pixel is decoded or changed.
 *
 * @returns nothing where the source cannot be cleaned this way and has to be encoded anew; where more
 * than `atMost` bytes would be left, it may be nothing too
 */
export function stripMetadata(
  bytes: Buffer,
  header: ImageHeader,
  atMost: number,
): Buffer | undefined {
  const { format, orientation, provenance } = header;
  const descriptor = FORMATS[format];
  const stripped = descriptor.strip(bytes, header, atMost);
  if (!stripped) return undefined;
  const exif = orientation === 1 ? undefined : orientationExif(orientation);
  const upright = (exif && descriptor.addExif?.(stripped, exif)) ?? stripped;
  return addProvenance(upright, format, provenance);
}

/** A TIFF of one directory with one entry: tag 274. */
function orientationExif(orientation: number): Buffer {
  const exif = Buffer.from('4d4d002a00000008000101120003000000010000000000000000', 'hex');
  exif.writeUInt16BE(orientation, 18);
  return exif;
}
