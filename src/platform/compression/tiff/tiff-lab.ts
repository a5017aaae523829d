import type { SourceColors } from '../formats/format-descriptor.js';
import { type LabEncoding, convertLabToSrgb } from '../colors/lab-pixels.js';
import { findLargestPage, readTiff, type TiffDirectory, type TiffFile } from './tiff-directory.js';

const [BITS_PER_SAMPLE, PHOTOMETRIC, SAMPLES_PER_PIXEL] = [258, 262, 277];
const RGB = 2;
const LAB_ENCODINGS: Readonly<Record<number, LabEncoding | undefined>> = {
  8: 'signed',
  9: 'offset',
};

/** Reads the colors of a TIFF whose displayed page is 8-bit CIELAB or ICCLAB. */
export function readTiffColors(bytes: Buffer): SourceColors {
  const tiff = readTiff(bytes);
  const encoding = tiff && findEncoding(tiff, tiff.directories[findLargestPage(bytes) ?? 0]);
  if (!encoding) return { isHighDynamicRange: false };
  return {
    isHighDynamicRange: false,
    convertToSrgb: (pixels) => convertLabToSrgb(pixels, encoding),
  };
}

/**
 * Declares L*, a* and b* as red, green and blue, because sharp converts 8-bit Lab incorrectly. The
 * `convertToSrgb` function that `readTiffColors` returns converts the pixels.
 *
 * @returns the original bytes if no page is 8-bit CIELAB or ICCLAB
 */
export function declareLabAsRgb(bytes: Buffer): Buffer {
  const tiff = readTiff(bytes);
  const pages = tiff?.directories.filter((page) => findEncoding(tiff, page)) ?? [];
  if (!tiff || pages.length === 0) return bytes;
  const rgbTiff = Buffer.from(bytes);
  for (const { entries } of pages) {
    const { valueOffset, byteLength } = entries.find(({ tag }) => tag === PHOTOMETRIC)!;
    tiff.writeUInt(rgbTiff, RGB, valueOffset, byteLength);
  }
  return rgbTiff;
}

function findEncoding(
  { readNumbers }: TiffFile,
  { entries }: TiffDirectory,
): LabEncoding | undefined {
  const readValues = (requestedTag: number) =>
    readNumbers(entries.find(({ tag }) => tag === requestedTag));
  const hasThreeBytes = readValues(BITS_PER_SAMPLE).join() === '8,8,8';
  if (!hasThreeBytes || readValues(SAMPLES_PER_PIXEL)[0] !== 3) return undefined;
  return LAB_ENCODINGS[readValues(PHOTOMETRIC)[0]];
}
