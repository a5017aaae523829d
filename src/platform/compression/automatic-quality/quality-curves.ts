import type { EncodePlan } from '../encode-plan.js';
import { MIN_PALETTE_QUALITY } from '../encoder-settings.js';
import type { ImageFormat } from '../image-format.js';

/** How score and size of a format depend on its quality. */
export interface QualityCurve {
  /** Mean scores of product photographs by quality (docs/adr/0048-automatic-quality.md). */
  scores: readonly (readonly [quality: number, score: number])[];
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
    min: 1,
    max: 100,
    secondsPerMegapixel: 0.6,
  },
  png: {
    scores: [
      [MIN_PALETTE_QUALITY, 85],
      [100, 86],
    ],
    // A palette is worth an attempt for any target.
    start: MIN_PALETTE_QUALITY,
    min: MIN_PALETTE_QUALITY,
    max: 100,
    secondsPerMegapixel: 0.6,
  },
};

/** Returns the quality at which photographs have a score on the average, and how fast the score grows there. */
export function qualityFor(curve: QualityCurve, score: number): { quality: number; slope: number } {
  const { scores } = curve;
  const above = scores.findIndex(([, value]) => value >= score);
  const index = Math.max(1, above < 0 ? scores.length - 1 : above);
  const [[low, lowScore], [high, highScore]] = [scores[index - 1], scores[index]];
  const slope = (highScore - lowScore) / (high - low);
  const quality = curve.start ?? Math.round(low + (score - lowScore) / slope);
  return { quality: Math.min(curve.max, Math.max(curve.min, quality)), slope };
}

const MAX_ATTEMPTS = 4;
/** CPU seconds that all attempts may take. DECODE_TIMEOUT_SECONDS includes decoding and slower machines. */
const MAX_SECONDS = 10;

/** Returns the maximum number of encodes: 4, or fewer for a large image of a slow format. */
export function maxAttempts({ width, height }: EncodePlan, curve: QualityCurve): number {
  const seconds = ((width * height) / 1e6) * curve.secondsPerMegapixel;
  return Math.min(MAX_ATTEMPTS, Math.max(2, Math.floor(MAX_SECONDS / seconds)));
}
