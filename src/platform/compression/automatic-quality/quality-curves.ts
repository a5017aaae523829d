import type { EncodePlan } from '../encode-plan.js';
import { MIN_PALETTE_QUALITY } from '../encoder-settings.js';
import type { ImageFormat } from '../image-format.js';
import type { QualityTable } from './quality-table.js';

/** How score and size of a format depend on its quality. */
export interface QualityCurve {
  /** Mean scores of product photographs by quality (docs/adr/0048-automatic-quality.md). */
  scores: QualityTable;
  /** Mean logarithms of the sizes of photographs, relative to quality 45. */
  sizes: QualityTable;
  /** First quality to attempt, if it does not depend on the target. */
  start?: number;
  min: number;
  max: number;
  /** CPU seconds of an encode and its comparison, per megapixel. */
  secondsPerMegapixel: number;
}

/** Formats whose size depends on the quality. PNG has a palette, or all colors from 100 on. */
export const QUALITY_CURVES: Readonly<Partial<Record<ImageFormat, QualityCurve>>> = {
  jpeg: {
    scores: [
      [15, 39],
      [30, 58],
      [45, 67],
      [60, 74],
      [75, 82],
      [88, 89],
      [95, 94],
    ],
    sizes: [
      [1, -1.96],
      [3, -1.92],
      [8, -1.37],
      [15, -0.83],
      [30, -0.3],
      [45, 0.0],
      [60, 0.22],
      [75, 0.52],
      [88, 0.91],
      [95, 1.68],
      [100, 2.47],
    ],
    min: 1,
    max: 100,
    secondsPerMegapixel: 0.05,
  },
  webp: {
    scores: [
      [15, 47],
      [30, 58],
      [45, 66],
      [60, 71],
      [75, 75],
      [88, 85],
      [95, 90],
    ],
    sizes: [
      [1, -1.16],
      [3, -0.97],
      [8, -0.72],
      [15, -0.51],
      [30, -0.22],
      [45, 0.0],
      [60, 0.18],
      [75, 0.32],
      [88, 0.87],
      [95, 1.32],
      [100, 2.7],
    ],
    min: 1,
    max: 100,
    secondsPerMegapixel: 0.15,
  },
  avif: {
    scores: [
      [15, 30],
      [30, 52],
      [45, 69],
      [60, 80],
      [75, 87],
      [88, 91],
      [95, 94],
    ],
    sizes: [
      [1, -1.58],
      [3, -1.51],
      [8, -1.33],
      [15, -1.13],
      [30, -0.57],
      [45, 0.0],
      [60, 0.48],
      [75, 0.9],
      [88, 1.32],
      [95, 1.92],
      [100, 3.17],
    ],
    min: 1,
    max: 100,
    secondsPerMegapixel: 0.6,
  },
  png: {
    scores: [
      [MIN_PALETTE_QUALITY, 85],
      [100, 86],
    ],
    sizes: [
      [MIN_PALETTE_QUALITY, 0],
      [99, 0.02],
      [100, 0.93],
    ],
    // A palette is worth an attempt for any target.
    start: MIN_PALETTE_QUALITY,
    min: MIN_PALETTE_QUALITY,
    max: 100,
    secondsPerMegapixel: 0.6,
  },
};

const MAX_ATTEMPTS = 4;
/** CPU seconds that all attempts may take. DECODE_TIMEOUT_SECONDS includes decoding and slower machines. */
const MAX_SECONDS = 10;

/** Returns the maximum number of encodes: 4, or fewer for a large image of a slow format. */
export function maxAttempts({ width, height }: EncodePlan, curve: QualityCurve): number {
  const seconds = ((width * height) / 1e6) * curve.secondsPerMegapixel;
  return Math.min(MAX_ATTEMPTS, Math.max(2, Math.floor(MAX_SECONDS / seconds)));
}
