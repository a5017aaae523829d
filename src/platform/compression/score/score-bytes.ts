import { MAX_EXACT_PIXELS } from './score-estimate.js';

const MiB = 1024 * 1024;

/** Memory per column for the rows of the planes that are blurred at the same time. */
const BYTES_PER_COLUMN = 1024;
/** Linear light at all scales, and the colors of the finest scale. */
const EXACT_BYTES_PER_PIXEL = 22;
/** Planes of the source and their blurs, for each background. */
const EXACT_SOURCE_BYTES_PER_PIXEL = 21;
/** The same values if the two finest scales are compared in tiles. */
const ESTIMATE_BYTES_PER_PIXEL = 2;
const ESTIMATE_SOURCE_BYTES_PER_PIXEL = 3;
/** Tiles of the source and their blurs, for each background. */
const TILE_BYTES = 28 * MiB;

/** Estimates the memory of a `ScoreEstimate` in bytes. Transparent images are compared on two backgrounds. */
export function estimateScoreBytes(width: number, height: number, hasAlpha: boolean): number {
  const pixelCount = width * height;
  const backgroundCount = hasAlpha ? 2 : 1;
  const rowBytes = BYTES_PER_COLUMN * width;
  return pixelCount <= MAX_EXACT_PIXELS
    ? rowBytes +
        pixelCount * (EXACT_BYTES_PER_PIXEL + backgroundCount * EXACT_SOURCE_BYTES_PER_PIXEL)
    : rowBytes +
        pixelCount *
          (ESTIMATE_BYTES_PER_PIXEL + backgroundCount * ESTIMATE_SOURCE_BYTES_PER_PIXEL) +
        backgroundCount * TILE_BYTES;
}
