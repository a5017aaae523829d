import { createTiffSettings } from '../encode/encoder-settings.js';
import { attachXmp } from '../metadata/kept-xmp.js';
import { stripTiff } from '../metadata/strip-tiff.js';
import {
  breakDirectoryLoop,
  readFirstDirectoryOffset,
  findLargestPage,
} from '../tiff/tiff-directory.js';
import { declareLabAsRgb, readTiffColors } from '../tiff/tiff-lab.js';
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
  makeReadable: (bytes) => declareLabAsRgb(breakDirectoryLoop(bytes)),
  stripsOriginal: true,
  readColors: readTiffColors,
  selectPage: findLargestPage,
  isTruncated: (bytes) => readFirstDirectoryOffset(bytes) >= bytes.length,
  stripMetadata: (bytes, { page, keptXmp }) => stripTiff(breakDirectoryLoop(bytes), page, keptXmp),
  encodeImage: (image, { quality }, { hasAlpha, isBilevel, keptXmp }) =>
    attachXmp(image, keptXmp)
      .tiff(createTiffSettings(quality, hasAlpha, isBilevel))
      .toBuffer(),
  // One tile or strip may be the whole image.
  estimateDecoderBytes: ({ bytesPerPixel }, pixelCount) => pixelCount * bytesPerPixel,
  estimateEncoderBytesPerPixel: () => 1,
};
