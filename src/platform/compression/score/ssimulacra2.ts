import type { RawImage } from '../encode/local-error.js';
import { ScoreEstimate } from './score-estimate.js';

/** Smaller images have no score. */
export const MIN_SCORED_SIDE = 8;

/**
 * Computes SSIMULACRA 2 (version 2.1, Cloudinary), the perceptual similarity of an image to its source. 100 is
 * identical, 90 is visually lossless, 70 is high quality, 50 is medium, below 30 is low.
 *
 * The score differs from the C++ reference by -0.25 to +0.12 points on 177 outputs of product photographs
 * (docs/performance.md).
 *
 * @param source sRGB, 8 bits, 1 to 4 channels
 * @param distorted image of the same size
 * @throws RangeError if the sizes differ, or if a side is shorter than `MIN_SCORED_SIDE`
 */
export function computeSsimulacra2(source: RawImage, distorted: RawImage): number {
  if (source.width !== distorted.width || source.height !== distorted.height) {
    throw new RangeError('The images have different sizes. Resize one of them first.');
  }
  if (Math.min(source.width, source.height) < MIN_SCORED_SIDE) {
    throw new RangeError(
      `Images smaller than ${MIN_SCORED_SIDE} x ${MIN_SCORED_SIDE} pixels have no score.`,
    );
  }
  const estimate = new ScoreEstimate(source, { maxExactPixels: Infinity });
  try {
    return estimate.computeScore(distorted);
  } finally {
    estimate.releaseMemory();
  }
}
