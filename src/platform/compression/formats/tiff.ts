import { tiffSettings } from '../encode/encoder-settings.js';
import { withXmp } from '../metadata/kept-xmp.js';
import { stripTiff } from '../metadata/strip-tiff.js';
import { endLoop, firstDirectoryOffset, largestPage } from '../tiff/tiff-directory.js';
import { nameLabAsRgb, tiffColors } from '../tiff/tiff-lab.js';
import type { FormatDescriptor } from './format-descriptor.js';

export const tiff: FormatDescriptor = {
  extension: 'tiff',
  contentType: 'image/tiff',
  // Little and big endian, each as TIFF and as BigTIFF.
  signatures: [
    [0x49, 0x49, 42, 0],
    [0x4d, 0x4d, 0, 42],
    [0x49, 0x49, 43, 0],
    [0x4d, 0x4d, 0, 43],
  ],
  loader: 'VipsForeignLoadTiffBuffer',
  maxSide: Infinity,
  frames: 'pages',
  makeReadable: (bytes) => nameLabAsRgb(endLoop(bytes)),
  stripsOriginal: true,
  readColors: tiffColors,
  pageToRead: largestPage,
  isTruncated: (bytes) => firstDirectoryOffset(bytes) >= bytes.length,
  strip: (bytes, { page, keptXmp }) => stripTiff(endLoop(bytes), page, keptXmp),
  encode: (image, { quality }, { hasAlpha, isBilevel, keptXmp }) =>
    withXmp(image, keptXmp)
      .tiff(tiffSettings(quality, hasAlpha, isBilevel))
      .toBuffer(),
  // One tile or strip may be the whole image.
  decoderBytes: ({ bytesPerPixel }, pixels) => pixels * bytesPerPixel,
  encoderBytesPerPixel: () => 1,
};
