import type { ImageFormat } from './image-format.js';
import type { ImageHeader } from './image-header.js';
import { MARKER } from './jpeg/segments.js';
import { pngChunk } from './png-chunk.js';
import { addProvenance, insertAt, insertJpegSegment } from './provenance.js';
import { stripAvif } from './strip-avif.js';
import { stripGif } from './strip-gif.js';
import { stripJpeg } from './strip-jpeg.js';
import { stripPng } from './strip-png.js';
import { stripTiff } from './strip-tiff.js';
import { appendWebpChunk, stripWebp } from './strip-webp.js';

type Strip = (bytes: Buffer, header: ImageHeader, atMost: number) => Buffer | undefined;

const STRIP: Readonly<Record<ImageFormat, Strip>> = {
  jpeg: stripJpeg,
  png: stripPng,
  webp: stripWebp,
  gif: stripGif,
  tiff: (bytes, { page, provenance }) => stripTiff(bytes, page, provenance),
  avif: (bytes, { provenance }) => stripAvif(bytes, provenance),
};

type Orient = (bytes: Buffer, exif: Buffer) => Buffer;

/** TIFF keeps its own tag; GIF and AVIF are not turned by EXIF. */
const ORIENT: Partial<Record<ImageFormat, Orient>> = {
  jpeg: (bytes, exif) => insertJpegSegment(bytes, MARKER.APP1, 'Exif\0\0', exif),
  png: (bytes, exif) => insertAt(bytes, 33, pngChunk('eXIf', exif)),
  webp: (bytes, exif) => appendWebpChunk(bytes, 'EXIF', exif),
};

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
  const stripped = STRIP[format](bytes, header, atMost);
  if (!stripped) return undefined;
  const exif = orientation === 1 ? undefined : orientationExif(orientation);
  const upright = (exif && ORIENT[format]?.(stripped, exif)) ?? stripped;
  return addProvenance(upright, format, provenance);
}

/** A TIFF of one directory with one entry: tag 274. */
function orientationExif(orientation: number): Buffer {
  const exif = Buffer.from('4d4d002a00000008000101120003000000010000000000000000', 'hex');
  exif.writeUInt16BE(orientation, 18);
  return exif;
}
