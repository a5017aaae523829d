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
 * Part of every artifact's key. Increase it with any change of the output for the same source and options.
 * Artifacts of other settings are then never reused.
 */
export const ENCODER_VERSION = 10;

/** From this quality on, full-size chroma is kept. */
export const FULL_CHROMA_QUALITY = 90;

/** Qualities of `JPEG_OFFSETS`. Between them, offsets are interpolated. */
const OFFSET_QUALITIES = [0, 30, 50, 60, 75, 85, 100];

/**
 * Added to the quality to reach the mean SSIMULACRA 2 score of libjpeg at the same number. Depends on the method
 * that quantizes the coefficients (docs/adr/0037-jpeg-quality-by-score.md).
 */
const JPEG_OFFSETS = {
  requantized: [0, 1, 3, 2, 1, -1, 0],
  rounded: [0, -2, -3, -3, -2, -1, 0],
  trellis: [0, 4, 7, 4, 4, 3, 0],
} as const;

function jpegLevel(quality: number, rounding: keyof typeof JPEG_OFFSETS): number {
  const next = Math.max(
    1,
    OFFSET_QUALITIES.findIndex((known) => quality <= known),
  );
  const [low, high] = [OFFSET_QUALITIES[next - 1], OFFSET_QUALITIES[next]];
  const [before, after] = [JPEG_OFFSETS[rounding][next - 1], JPEG_OFFSETS[rounding][next]];
  const offset = before + ((after - before) * (quality - low)) / (high - low);
  return Math.max(1, Math.round(quality + offset));
}

/** Table 2 of mozjpeg, tuned for MS-SSIM: 15 % fewer bytes than the standard's at the same score. */
const QUANTIZATION_TABLE = 2;

/**
 * Optimized Huffman tables save 14 % of the bytes for 50 % more time. Trellis quantization and progressive
 * scans save another 16 % for three times the time.
 */
export const jpegSettings = (quality: number, effort: Effort = 'balanced'): JpegOptions => ({
  quality: jpegLevel(quality, effort === 'small' ? 'trellis' : 'rounded'),
  quantisationTable: QUANTIZATION_TABLE,
  optimiseCoding: effort !== 'fast',
  ...(effort === 'small'
    ? { trellisQuantisation: true, progressive: true, optimiseScans: true }
    : {}),
});

/** Settings with the quantization tables that requantization uses. */
export const requantizedJpegSettings = (quality: number): JpegOptions => ({
  quality: jpegLevel(quality, 'requantized'),
  quantisationTable: QUANTIZATION_TABLE,
});

/** PNG at effort 6 takes 2.2 s per megapixel. Larger images could exceed DECODE_TIMEOUT_SECONDS. */
const LARGE_PNG_PIXELS = 6_000_000;

/** At a lower quality, a palette of fewer colors shows banding and loses marks. It saves only 5 percentage points. */
export const MIN_PALETTE_QUALITY = 90;

/** Computing and checking a palette for a larger image could exceed DECODE_TIMEOUT_SECONDS. */
export const MAX_PALETTE_PIXELS = 16_000_000;

/**
 * Computes a palette, as pngquant does. It achieves most of a PNG's savings. Effort 3 takes 0.44
 * CPU seconds per megapixel of photograph, effort 4 takes 0.71 for 1.5 % fewer bytes.
 */
export const palettePngSettings = (
  quality: number,
  effort: Effort = 'balanced',
  pixels = 0,
): PngOptions => {
  const small = pixels > LARGE_PNG_PIXELS ? 4 : 6;
  const colors = { fast: 1, balanced: 3, small }[effort];
  return {
    palette: true,
    quality: Math.max(quality, MIN_PALETTE_QUALITY),
    effort: colors,
    compressionLevel: pngLevel(effort),
  };
};

export const losslessPngSettings = (
  hasPalette: boolean,
  effort: Effort = 'balanced',
): PngOptions => ({
  compressionLevel: pngLevel(effort),
  ...(hasPalette
    ? { palette: true, quality: 100, dither: 0 }
    : { palette: false, adaptiveFiltering: true }),
});

const pngLevel = (effort: Effort): number => (effort === 'fast' ? 6 : 9);

export const webpSettings = (quality: number, effort: Effort = 'balanced'): WebpOptions => ({
  quality,
  lossless: quality === 100,
  effort: { fast: 1, balanced: 4, small: 6 }[effort],
});

/** AVIF at effort 3 takes 0.4 s per megapixel. Larger images could exceed DECODE_TIMEOUT_SECONDS. */
const LARGE_PIXELS = 10_000_000;
/** The same for effort 4, which takes 1.8 s per megapixel. */
const LARGE_FOR_SMALL_PIXELS = 6_000_000;

/**
 * A 2-megapixel photo, CPU seconds and kB: effort 0 0.12/133, 2 0.61/129, 3 0.77/117, 4 (sharp's
 * default) 3.6/111.
 */
export const avifSettings = (
  quality: number,
  pixels: number,
  effort: Effort = 'balanced',
): AvifOptions => {
  const usual = pixels > LARGE_PIXELS ? 0 : 3;
  const small = pixels > LARGE_FOR_SMALL_PIXELS ? usual : 4;
  return {
    quality,
    lossless: quality === 100,
    effort: { fast: Math.min(1, usual), balanced: usual, small }[effort],
    chromaSubsampling: quality < 90 ? '4:2:0' : '4:4:4',
  };
};

/** Keeps the palette and every frame. Nearly unchanged pixels become transparent. */
export const gifSettings = (quality: number): GifOptions => ({
  reuse: true,
  effort: 7,
  keepDuplicateFrames: true,
  interFrameMaxError: Math.round(((100 - quality) / 100) * 16),
});

/** JPEG inside TIFF if possible (8 bits, opaque), else lossless deflate. One-bit images keep one bit. */
export const tiffSettings = (
  quality: number,
  hasAlpha: boolean,
  isBilevel = false,
): TiffOptions => {
  if (isBilevel) return { compression: 'ccittfax4', bitdepth: 1 };
  return quality === 100 || hasAlpha
    ? { compression: 'deflate', predictor: 'horizontal' }
    : { compression: 'jpeg', quality };
};
