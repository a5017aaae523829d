import type { Effort } from './compression-options.js';
import type {
  AvifOptions,
  GifOptions,
  JpegOptions,
  PngOptions,
  TiffOptions,
  WebpOptions,
} from 'sharp';

/**
 * Part of every artifact's key. Raise it with any change to what comes out for the same source and
 * options, so that artifacts of other settings are never taken for current ones.
 */
export const ENCODER_VERSION = 5;

/** From this quality on, colors of full size stay so. */
export const FULL_CHROMA_QUALITY = 90;

/**
 * Levels that are added to the quality so that the SSIMULACRA 2 score is that of libjpeg at the same number,
 * by what rounds the coefficients (docs/adr/0037-jpeg-quality-by-score.md).
 */
const JPEG_OFFSETS = { requantized: 4, rounded: 2, trellis: 7 } as const;

/** The whole offset from 50 to 75; less towards 0 and 100. */
const jpegLevel = (quality: number, rounding: keyof typeof JPEG_OFFSETS): number =>
  Math.round(quality + JPEG_OFFSETS[rounding] * Math.min(1, quality / 50, (100 - quality) / 25));

/** Table 2 of mozjpeg, tuned for MS-SSIM: 15 % fewer bytes than the standard's at the same score. */
const QUANTIZATION_TABLE = 2;

/**
 * Optimized Huffman tables save 14 % for half as much time again; trellis quantization and progressive
 * scans another 16 % for three times as much.
 */
export const jpegSettings = (quality: number, effort: Effort = 'balanced'): JpegOptions => ({
  quality: jpegLevel(quality, effort === 'small' ? 'trellis' : 'rounded'),
  quantisationTable: QUANTIZATION_TABLE,
  optimiseCoding: effort !== 'fast',
  ...(effort === 'small'
    ? { trellisQuantisation: true, progressive: true, optimiseScans: true }
    : {}),
});

/** Settings whose quantization tables the coefficients of a JPEG are rounded to. */
export const requantizedJpegSettings = (quality: number): JpegOptions => ({
  quality: jpegLevel(quality, 'requantized'),
  quantisationTable: QUANTIZATION_TABLE,
});

/** Above this, PNG at effort 6 could outlast DECODE_TIMEOUT_SECONDS: it takes 2.2 s a megapixel. */
const LARGE_PNG_PIXELS = 6_000_000;

/** Below this, a palette of fewer colors shows steps and loses marks; it saves 5 points of bytes only. */
export const MIN_PALETTE_QUALITY = 90;

/** Above this, computing and checking a palette could outlast DECODE_TIMEOUT_SECONDS. */
export const MAX_PALETTE_PIXELS = 16_000_000;

/** A palette is computed, as pngquant does, which is where a PNG's savings are. */
export const palettePngSettings = (
  quality: number,
  effort: Effort = 'balanced',
  pixels = 0,
): PngOptions => {
  const small = pixels > LARGE_PNG_PIXELS ? 4 : 6;
  const colors = { fast: 1, balanced: 4, small }[effort];
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

/** Above this, AVIF at effort 3 could outlast DECODE_TIMEOUT_SECONDS: it takes 0.4 s a megapixel. */
const LARGE_PIXELS = 10_000_000;
/** The same for effort 4, which takes 1.8 s. */
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

/** The palette stays, every frame stays; pixels that hardly change between frames become transparent. */
export const gifSettings = (quality: number): GifOptions => ({
  reuse: true,
  effort: 7,
  keepDuplicateFrames: true,
  interFrameMaxError: Math.round(((100 - quality) / 100) * 16),
});

/** JPEG inside TIFF where it can be (8 bits, opaque), else lossless deflate; one bit stays one bit. */
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
