import type { Sharp } from 'sharp';
import { decodeImage } from './decode/decode-image.js';
import { ImageError } from './image-errors.js';
import type { ImageSource } from './inspect/image-source.js';

const COLUMNS = 9;
const ROWS = 8;
/** Samples on each side of a cell, whose mean is less sensitive to scaling than a single sample. */
const SAMPLES = 4;
/** A smaller difference of means, 0 to 255, is noise of a uniform background. */
const MIN_DIFFERENCE = 2;

/**
 * Returns the dHash of an image on white: one bit for each pair of neighboring cells in 8 rows of 9
 * cells, set if the right one is brighter. The same image in another size or quality differs in few
 * of the 64 bits.
 *
 * @returns 16 hex digits, or null if the pixels cannot be read
 */
export async function differenceHash(source: ImageSource): Promise<string | null> {
  // The source is kept without being decoded.
  if (source.header.limitError) return null;
  const size = { width: COLUMNS * SAMPLES, height: ROWS * SAMPLES };
  const plan = { format: 'jpeg', quality: 50, effort: 'fast', resized: true, ...size } as const;
  try {
    const gray = await decodeImage(source, plan, grayPixels);
    return hashCells(gray);
  } catch (error) {
    if (error instanceof ImageError) return null;
    throw error;
  }
}

const grayPixels = (image: Sharp): Promise<Buffer> => image.toColourspace('b-w').raw().toBuffer();

function hashCells(gray: Buffer): string {
  let bits = 0n;
  for (let row = 0; row < ROWS; row++) {
    for (let column = 1; column < COLUMNS; column++) {
      const isBrighter =
        computeCellMean(gray, column, row) - computeCellMean(gray, column - 1, row) >=
        MIN_DIFFERENCE;
      bits = (bits << 1n) | (isBrighter ? 1n : 0n);
    }
  }
  return bits.toString(16).padStart(16, '0');
}

function computeCellMean(gray: Buffer, column: number, row: number): number {
  let sum = 0;
  for (let y = row * SAMPLES; y < (row + 1) * SAMPLES; y++) {
    for (let x = column * SAMPLES; x < (column + 1) * SAMPLES; x++) {
      sum += gray[y * COLUMNS * SAMPLES + x];
    }
  }
  return sum / SAMPLES ** 2;
}
