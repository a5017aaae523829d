import type { ImageFormat } from './image-format.js';
import type { ImageHeader } from './image-header.js';
import { stripGif } from './strip-gif.js';
import { stripJpeg } from './strip-jpeg.js';
import { stripPng } from './strip-png.js';
import { stripTiff } from './strip-tiff.js';
import { stripWebp } from './strip-webp.js';

type Strip = (bytes: Buffer, header: ImageHeader, atMost: number) => Buffer | undefined;

const STRIP: Readonly<Record<ImageFormat, Strip>> = {
  jpeg: stripJpeg,
  png: stripPng,
  webp: stripWebp,
  gif: stripGif,
  tiff: stripTiff,
  avif: (bytes, { hasMetadata }) => (hasMetadata ? undefined : bytes),
};

/**
 * The same picture without anything but the picture: what is needed to show it is copied, all else
 * (EXIF, GPS, XMP, IPTC, comments, previews, whatever follows the end) is left out. Byte-identical to
 * the source when there was nothing to leave out. No pixel is decoded or changed.
 *
 * @returns nothing where the source cannot be cleaned this way and has to be encoded anew; where more
 * than `atMost` bytes would be left, it may be nothing too
 */
export function stripMetadata(
  bytes: Buffer,
  header: ImageHeader,
  atMost: number,
): Buffer | undefined {
  return STRIP[header.format](bytes, header, atMost);
}
