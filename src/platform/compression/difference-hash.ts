import type { Sharp } from 'sharp';
import { decodeImage } from './decode/decode-image.js';
import { ImageError } from './image-errors.js';
import type { ImageSource } from './inspect/image-source.js';

const COLUMNS = 9;
const ROWS = 8;
/** Samples per cell side. The mean of a cell is less sensitive to scaling than a single sample. */
const SAMPLES_PER_SIDE = 4;
/** A smaller difference between means (0 to 255) is noise in a uniform background. */
const MIN_DIFFERENCE = 2;

/**
 * Returns the dHash of an image on a white background. Each bit compares two neighboring cells in a grid of 9 x 8
 * cells. It is set if the right cell is brighter. The same image at another size or quality differs in only a few
 * of the 64 bits.
 *
 * @returns 16 hex digits, or null if the pixels cannot be read
 */
export async function computeDifferenceHash(source: ImageSource): Promise<string | null> {
  // A source that exceeds the limits is not decoded.
  if (source.header.limitError) return null;
  const size = { width: COLUMNS * SAMPLES_PER_SIDE, height: ROWS * SAMPLES_PER_SIDE };
  const plan = { format: 'jpeg', quality: 50, effort: 'fast', isResized: true, ...size } as const;
  try {
    const gray = await decodeImage(source, plan, readGrayPixels);
    return hashCells(gray);
  } catch (error) {
    if (error instanceof ImageError) return null;
    throw error;
  }
}

const readGrayPixels = (image: Sharp): Promise<Buffer> =>
  image.toColourspace('b-w').raw().toBuffer();

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
  for (let y = row * SAMPLES_PER_SIDE; y < (row + 1) * SAMPLES_PER_SIDE; y++) {
    for (let x = column * SAMPLES_PER_SIDE; x < (column + 1) * SAMPLES_PER_SIDE; x++) {
      sum += gray[y * COLUMNS * SAMPLES_PER_SIDE + x];
    }
  }
  return sum / SAMPLES_PER_SIDE ** 2;
}
