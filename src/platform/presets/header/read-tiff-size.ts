import { findLargestPage, readTiff } from '../../compression/tiff/tiff-directory.js';
import { type ImageSize, applyOrientation } from './image-size.js';

const [WIDTH_TAG, HEIGHT_TAG, ORIENTATION_TAG] = [256, 257, 274];

/**
 * Reads the size of a TIFF 6.0 image. Most programs write the directories after the pixels.
 * @returns undefined if the bytes contain no directory
 */
export function readTiffSize(bytes: Buffer): ImageSize | undefined {
  const tiff = readTiff(bytes);
  const page = tiff?.directories[findLargestPage(bytes) ?? 0];
  if (!tiff || !page) return undefined;
  const readValue = (tag: number) =>
    tiff.readNumbers(page.entries.find((entry) => entry.tag === tag))[0];
  const [width, height] = [readValue(WIDTH_TAG), readValue(HEIGHT_TAG)];
  if (width === undefined || height === undefined) return undefined;
  return applyOrientation(width, height, readValue(ORIENTATION_TAG) ?? 1);
}
