import type { SourceColors } from '../formats/format-descriptor.js';
import { type LabEncoding, labToSrgb } from '../colors/lab-pixels.js';
import { largestPage, readTiff, type TiffDirectory, type TiffFile } from './tiff-directory.js';

const [BITS_PER_SAMPLE, PHOTOMETRIC, SAMPLES_PER_PIXEL] = [258, 262, 277];
const RGB = 2;
const ENCODINGS: Readonly<Record<number, LabEncoding | undefined>> = { 8: 'signed', 9: 'offset' };

/** Colors of a TIFF whose displayed page is 8-bit CIELAB or ICCLAB. */
export function tiffColors(bytes: Buffer): SourceColors {
  const tiff = readTiff(bytes);
  const encoding = tiff && findEncoding(tiff, tiff.directories[largestPage(bytes) ?? 0]);
  if (!encoding) return { isHighDynamicRange: false };
  return { isHighDynamicRange: false, toSrgb: (pixels) => labToSrgb(pixels, encoding) };
}

/**
 * Returns the TIFF with L*, a* and b* named red, green and blue, because the library converts Lab of 8 bits
 * wrongly. `toSrgb` of `tiffColors` converts the pixels.
 *
 * @returns the original bytes if no page is CIELAB or ICCLAB of 8 bits
 */
export function nameLabAsRgb(bytes: Buffer): Buffer {
  const tiff = readTiff(bytes);
  const pages = tiff?.directories.filter((page) => findEncoding(tiff, page)) ?? [];
  if (!tiff || pages.length === 0) return bytes;
  const named = Buffer.from(bytes);
  for (const { entries } of pages) {
    const { valueAt, byteLength } = entries.find(({ tag }) => tag === PHOTOMETRIC)!;
    tiff.writeUInt(named, RGB, valueAt, byteLength);
  }
  return named;
}

function findEncoding({ numbers }: TiffFile, { entries }: TiffDirectory): LabEncoding | undefined {
  const readValues = (wanted: number) => numbers(entries.find(({ tag }) => tag === wanted));
  const hasThreeBytes = readValues(BITS_PER_SAMPLE).join() === '8,8,8';
  if (!hasThreeBytes || readValues(SAMPLES_PER_PIXEL)[0] !== 3) return undefined;
  return ENCODINGS[readValues(PHOTOMETRIC)[0]];
}
