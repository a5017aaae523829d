import { findLargestPage, readTiff } from '../../compression/tiff/tiff-directory.js';
import { type ImageSize, applyOrientation } from './image-size.js';

const [WIDTH, HEIGHT, ORIENTATION] = [256, 257, 274];

/** TIFF 6.0. Most writers place directories after the pixels. @returns undefined if one is not among the bytes */
export function readTiffSize(bytes: Buffer): ImageSize | undefined {
  const tiff = readTiff(bytes);
  const page = tiff?.directories[findLargestPage(bytes) ?? 0];
  if (!tiff || !page) return undefined;
  const readValue = (tag: number) =>
    tiff.readNumbers(page.entries.find((entry) => entry.tag === tag))[0];
  const [width, height] = [readValue(WIDTH), readValue(HEIGHT)];
  if (width === undefined || height === undefined) return undefined;
  return applyOrientation(width, height, readValue(ORIENTATION) ?? 1);
}
