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
export const ENCODER_VERSION = 3;

/**
 * Table 3 is mozjpeg's choice: smaller than the standard's at the same quality number. Optimized
 * Huffman tables are another 14 % for half as much time again, trellis quantization another 16 % for
 * three times as much (docs/adr/0015-three-efforts.md has the figures of all formats).
 */
export const jpegSettings = (quality: number, effort: Effort = 'balanced'): JpegOptions => ({
  quality,
  quantisationTable: 3,
  optimiseCoding: effort !== 'fast',
  ...(effort === 'small' ? { trellisQuantisation: true } : {}),
});

/** Above this, PNG at effort 6 could outlast DECODE_TIMEOUT_SECONDS: it takes 2.2 s a megapixel. */
const LARGE_PNG_PIXELS = 6_000_000;

/** Below 100 a palette is computed (as pngquant does), which is where a PNG's savings are. */
export const pngSettings = (
  quality: number,
  hasPalette: boolean,
  effort: Effort = 'balanced',
  pixels = 0,
): PngOptions => {
  const compressionLevel = effort === 'fast' ? 6 : 9;
  if (quality < 100) {
    const small = pixels > LARGE_PNG_PIXELS ? 4 : 6;
    const colors = { fast: 1, balanced: 4, small }[effort];
    return { palette: true, quality, effort: colors, compressionLevel };
  }
  return hasPalette
    ? { palette: true, quality: 100, dither: 0, compressionLevel }
    : { palette: false, compressionLevel, adaptiveFiltering: true };
};

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

/** JPEG inside TIFF where it can be (8 bits, opaque), else lossless deflate. */
export const tiffSettings = (quality: number, hasAlpha: boolean): TiffOptions =>
  quality === 100 || hasAlpha
    ? { compression: 'deflate', predictor: 'horizontal' }
    : { compression: 'jpeg', quality };
