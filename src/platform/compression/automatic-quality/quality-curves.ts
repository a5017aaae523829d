import type { EncodePlan } from '../encode/encode-plan.js';
import { MIN_PALETTE_QUALITY } from '../encode/encoder-settings.js';
import type { ImageFormat } from '../inspect/image-format.js';
import type { QualityTable } from './quality-table.js';

/** Typical scores and sizes of a format by quality. */
export interface QualityCurve {
  /** Mean scores of product photographs by quality (docs/adr/0048-automatic-quality.md). */
  scores: QualityTable;
  /** Spread of the scores of photographs: only the component that is common to all qualities. */
  scoreSpread: QualityTable;
  /** Mean logarithms of the sizes of photographs, relative to quality 45. */
  sizes: QualityTable;
  /** First quality to attempt, if it does not depend on the target. */
  firstQuality?: number;
  min: number;
  max: number;
  /** CPU seconds per megapixel for encoding and comparing an image. */
  secondsPerMegapixel: number;
}

/** Formats whose size depends on the quality. PNG uses a palette below quality 100, and full color at 100. */
export const QUALITY_CURVES: Readonly<Partial<Record<ImageFormat, QualityCurve>>> = {
  jpeg: {
    scores: [
      [10, 26.6],
      [25, 57.6],
      [40, 67.7],
      [55, 72.7],
      [65, 76.3],
      [75, 79.9],
      [85, 84.4],
      [92, 88.2],
      [97, 90.6],
    ],
    scoreSpread: [
      [10, 18],
      [25, 10.3],
      [40, 7.1],
      [55, 5.5],
      [65, 4.4],
      [75, 3.2],
      [85, 2.1],
      [92, 1.3],
      [97, 1],
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
      // At quality 90 or higher, chroma has full resolution.
      [89, 0.95],
      [90, 1.2],
      [95, 1.68],
      [100, 2.47],
    ],
    min: 1,
    max: 100,
    secondsPerMegapixel: 0.05,
  },
  webp: {
    scores: [
      [10, 44.9],
      [25, 57.7],
      [40, 65.5],
      [55, 70.8],
      [65, 73.6],
      [75, 76.1],
      [85, 82.9],
      [92, 87.3],
      [97, 89.5],
    ],
    scoreSpread: [
      [10, 15.5],
      [25, 11.8],
      [40, 9.3],
      [55, 7.4],
      [65, 6.3],
      [75, 5.5],
      [85, 2.8],
      [92, 1],
      [97, 0.3],
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
      [12, 34.7],
      [30, 55.9],
      [45, 70.9],
      [60, 80.3],
      [75, 85.7],
      [90, 91.3],
    ],
    scoreSpread: [
      [12, 20.1],
      [30, 15.1],
      [45, 9.2],
      [60, 4.8],
      [75, 2.4],
      [90, 1.1],
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
    scoreSpread: [
      [MIN_PALETTE_QUALITY, 1],
      [100, 1],
    ],
    sizes: [
      [MIN_PALETTE_QUALITY, 0],
      [99, 0.02],
      [100, 0.93],
    ],
    // A palette is attempted first for any target.
    firstQuality: MIN_PALETTE_QUALITY,
    min: MIN_PALETTE_QUALITY,
    max: 100,
    secondsPerMegapixel: 0.6,
  },
};

/** Maximum number of encodes of an image. */
export const MAX_ATTEMPTS = 4;
/** CPU seconds that all attempts may take. DECODE_TIMEOUT_SECONDS also allows for decoding and slower machines. */
const MAX_CPU_SECONDS = 10;

/** Returns the maximum number of encodes: 4, or fewer for a large image in a slow format. */
export function getMaxAttempts({ width, height }: EncodePlan, curve: QualityCurve): number {
  const seconds = ((width * height) / 1e6) * curve.secondsPerMegapixel;
  return Math.min(MAX_ATTEMPTS, Math.max(2, Math.floor(MAX_CPU_SECONDS / seconds)));
}
