import type { Effort } from '../compression-options.js';
import type {
  AvifOptions,
  GifOptions,
  JpegOptions,
  PngOptions,
  TiffOptions,
  WebpOptions,
} from 'sharp';

/**
 * Part of every artifact's key. Increase it whenever the output changes for the same source and options.
 * Artifacts from earlier versions are never reused.
 */
export const ENCODER_VERSION = 10;

/** At this quality or higher, full-resolution chroma is kept. */
export const FULL_CHROMA_QUALITY = 90;

/** Qualities to which the `JPEG_OFFSETS` apply. Offsets for other qualities are interpolated. */
const OFFSET_QUALITIES = [0, 30, 50, 60, 75, 85, 100];

/**
 * Offsets to the quality that match the mean SSIMULACRA 2 score of libjpeg at the same quality. They depend on the
 * method that quantizes the coefficients (docs/adr/0037-jpeg-quality-by-score.md).
 */
const JPEG_OFFSETS = {
  requantized: [0, 1, 3, 2, 1, -1, 0],
  rounded: [0, -2, -3, -3, -2, -1, 0],
  trellis: [0, 4, 7, 4, 4, 3, 0],
} as const;

function toEncoderQuality(quality: number, rounding: keyof typeof JPEG_OFFSETS): number {
  const upperIndex = Math.max(
    1,
    OFFSET_QUALITIES.findIndex((tableQuality) => quality <= tableQuality),
  );
  const [low, high] = [OFFSET_QUALITIES[upperIndex - 1], OFFSET_QUALITIES[upperIndex]];
  const [lowOffset, highOffset] = [
    JPEG_OFFSETS[rounding][upperIndex - 1],
    JPEG_OFFSETS[rounding][upperIndex],
  ];
  const offset = lowOffset + ((highOffset - lowOffset) * (quality - low)) / (high - low);
  return Math.max(1, Math.round(quality + offset));
}

/** Table 2 of mozjpeg, tuned for MS-SSIM: 15% fewer bytes than the standard table at the same score. */
const QUANTIZATION_TABLE = 2;

/**
 * Optimized Huffman tables save 14% of the bytes but take 50% more time. Trellis quantization and progressive
 * scans save another 16% but take three times as long.
 */
export const createJpegSettings = (quality: number, effort: Effort = 'balanced'): JpegOptions => ({
  quality: toEncoderQuality(quality, effort === 'small' ? 'trellis' : 'rounded'),
  quantisationTable: QUANTIZATION_TABLE,
  optimiseCoding: effort !== 'fast',
  ...(effort === 'small'
    ? { trellisQuantisation: true, progressive: true, optimiseScans: true }
    : {}),
});

/** Settings with the quantization tables that requantization uses. */
export const createRequantizedJpegSettings = (quality: number): JpegOptions => ({
  quality: toEncoderQuality(quality, 'requantized'),
  quantisationTable: QUANTIZATION_TABLE,
});

/** PNG at effort 6 takes 2.2 s per megapixel. Larger images could exceed DECODE_TIMEOUT_SECONDS. */
const LARGE_PNG_PIXELS = 6_000_000;

/** At a lower quality, a palette of fewer colors shows banding and loses marks. It saves only 5 percentage points. */
export const MIN_PALETTE_QUALITY = 90;

/** Computing and checking a palette for a larger image could exceed DECODE_TIMEOUT_SECONDS. */
export const MAX_PALETTE_PIXELS = 16_000_000;

/**
 * Settings that compute a palette, as pngquant does. The palette achieves most of a PNG's savings. Effort 3 takes 0.44
 * CPU seconds per megapixel of a photograph. Effort 4 takes 0.71 CPU seconds and saves another 1.5%.
 */
export const createPalettePngSettings = (
  quality: number,
  effort: Effort = 'balanced',
  pixelCount = 0,
): PngOptions => {
  const smallEffort = pixelCount > LARGE_PNG_PIXELS ? 4 : 6;
  const paletteEffort = { fast: 1, balanced: 3, small: smallEffort }[effort];
  return {
    palette: true,
    quality: Math.max(quality, MIN_PALETTE_QUALITY),
    effort: paletteEffort,
    compressionLevel: getPngCompressionLevel(effort),
  };
};

export const createLosslessPngSettings = (
  hasPalette: boolean,
  effort: Effort = 'balanced',
): PngOptions => ({
  compressionLevel: getPngCompressionLevel(effort),
  ...(hasPalette
    ? { palette: true, quality: 100, dither: 0 }
    : { palette: false, adaptiveFiltering: true }),
});

const getPngCompressionLevel = (effort: Effort): number => (effort === 'fast' ? 6 : 9);

export const createWebpSettings = (quality: number, effort: Effort = 'balanced'): WebpOptions => ({
  quality,
  lossless: quality === 100,
  effort: { fast: 1, balanced: 4, small: 6 }[effort],
});

/** AVIF at effort 3 takes 0.4 s per megapixel. Larger images could exceed DECODE_TIMEOUT_SECONDS. */
const LARGE_AVIF_PIXELS = 10_000_000;
/** The same limit for effort 4, which takes 1.8 s per megapixel. */
const LARGE_AVIF_PIXELS_AT_EFFORT_4 = 6_000_000;

/**
 * CPU seconds and kB for a 2-megapixel photo: 0.12/133 at effort 0, 0.61/129 at effort 2, 0.77/117 at
 * effort 3, and 3.6/111 at effort 4 (the default of sharp).
 */
export const createAvifSettings = (
  quality: number,
  pixelCount: number,
  effort: Effort = 'balanced',
): AvifOptions => {
  const standardEffort = pixelCount > LARGE_AVIF_PIXELS ? 0 : 3;
  const smallEffort = pixelCount > LARGE_AVIF_PIXELS_AT_EFFORT_4 ? standardEffort : 4;
  return {
    quality,
    lossless: quality === 100,
    effort: { fast: Math.min(1, standardEffort), balanced: standardEffort, small: smallEffort }[
      effort
    ],
    chromaSubsampling: quality < 90 ? '4:2:0' : '4:4:4',
  };
};

/** Keeps the palette and every frame. Nearly unchanged pixels become transparent. */
export const createGifSettings = (quality: number): GifOptions => ({
  reuse: true,
  effort: 7,
  keepDuplicateFrames: true,
  interFrameMaxError: Math.round(((100 - quality) / 100) * 16),
});

/** Uses JPEG compression if possible (8 bits, opaque), otherwise lossless deflate. One-bit images keep one bit. */
export const createTiffSettings = (
  quality: number,
  hasAlpha: boolean,
  isBilevel = false,
): TiffOptions => {
  if (isBilevel) return { compression: 'ccittfax4', bitdepth: 1 };
  return quality === 100 || hasAlpha
    ? { compression: 'deflate', predictor: 'horizontal' }
    : { compression: 'jpeg', quality };
};
