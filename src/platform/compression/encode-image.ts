import type { Sharp } from 'sharp';
import type { CompressionOptions, Effort } from './compression-options.js';
import type { ImageFormat } from './image-format.js';
import { decodingError, isHarmless } from './decoder-pool/decoding-error.js';
import {
  avifSettings,
  gifSettings,
  jpegSettings,
  pngSettings,
  tiffSettings,
  webpSettings,
} from './encoder-settings.js';
import { TooLargeForFormatError } from './image-errors.js';
import { sharp } from './image-library.js';
import { jpegSteps } from './jpeg/jpeg-steps.js';
import { requantizeJpeg } from './jpeg/requantize-jpeg.js';
import type { ImageHeader } from './image-header.js';

export interface EncodePlan {
  format: ImageFormat;
  quality: number;
  effort: Effort;
  /** Pixels of one frame, upright. */
  width: number;
  height: number;
  resized: boolean;
}

/** Largest side in pixels, where a format has one that matters. */
const MAX_SIDE: Partial<Record<ImageFormat, number>> = {
  jpeg: 65_500,
  webp: 16_383,
  avif: 16_384,
  gif: 65_535,
};

const MOVING: readonly ImageFormat[] = ['gif', 'webp'];

export function planEncoding(header: ImageHeader, options: CompressionOptions): EncodePlan {
  const format = options.format === 'original' ? header.format : options.format;
  const scale = Math.min(
    1,
    (options.max_width ?? header.width) / header.width,
    (options.max_height ?? header.height) / header.height,
  );
  const width = Math.max(1, Math.round(header.width * scale));
  const height = Math.max(1, Math.round(header.height * scale));
  const largest = MAX_SIDE[format] ?? Infinity;
  if (Math.max(width, height) > largest) {
    throw new TooLargeForFormatError(width, height, format, largest);
  }
  const { quality, effort = 'balanced' } = options;
  return { format, quality, effort, width, height, resized: scale < 1 };
}

/** The picture is to stay as it is: same format, upright, every pixel, colors in sRGB as they are. */
export const isFaithful = (header: ImageHeader, plan: EncodePlan): boolean =>
  header.upright && header.srgb && !plan.resized && plan.format === header.format;

/**
 * decode -> upright -> resize -> ground -> sRGB -> encode, without metadata; a JPEG that is to stay as it
 * is without its pixels (docs/adr/0021-jpeg-without-pixels.md).
 *
 * @throws TruncatedImageError, CorruptImageError
 */
export async function encodeImage(
  bytes: Buffer,
  header: ImageHeader,
  plan: EncodePlan,
  maxPixels: number,
): Promise<Buffer> {
  if (plan.format === 'jpeg' && plan.effort !== 'small' && isFaithful(header, plan)) {
    const recoded = requantizeJpeg(bytes, await jpegSteps(plan.quality));
    if (recoded) return recoded;
  }
  try {
    return await encode(bytes, header, plan, maxPixels, 'warning');
  } catch (error) {
    if (!isHarmless(error)) throw decodingError(error, bytes, header.format);
  }
  try {
    return await encode(bytes, header, plan, maxPixels, 'error');
  } catch (error) {
    throw decodingError(error, bytes, header.format);
  }
}

async function encode(
  bytes: Buffer,
  header: ImageHeader,
  plan: EncodePlan,
  maxPixels: number,
  failOn: 'warning' | 'error',
): Promise<Buffer> {
  const moving =
    header.frames > 1 && MOVING.includes(header.format) && MOVING.includes(plan.format);
  const paged = header.frames > 1 && header.format === 'tiff' && plan.format === 'tiff';
  const pages = moving || paged ? -1 : 1;
  let image = sharp(bytes, { failOn, limitInputPixels: maxPixels, pages });
  if (!header.upright) image = image.autoOrient();
  if (plan.resized) image = image.resize(plan.width, plan.height, { fit: 'fill' });
  if (plan.format === 'jpeg' && header.hasAlpha) image = image.flatten({ background: '#ffffff' });
  if (header.isGray) image = image.toColourspace('b-w');
  return ENCODERS[plan.format](image, plan, header).toBuffer();
}

type Encoder = (image: Sharp, plan: EncodePlan, header: ImageHeader) => Sharp;

const ENCODERS: Readonly<Record<ImageFormat, Encoder>> = {
  jpeg: (image, { quality, effort }) => image.jpeg(jpegSettings(quality, effort)),
  png: (image, { quality, effort, width, height }, { hasPalette }) =>
    image.png(pngSettings(quality, hasPalette, effort, width * height)),
  webp: (image, { quality, effort }) => image.webp(webpSettings(quality, effort)),
  avif: (image, { quality, effort, width, height }) =>
    image.avif(avifSettings(quality, width * height, effort)),
  gif: (image, { quality }) => image.gif(gifSettings(quality)),
  tiff: (image, { quality }, { hasAlpha }) => image.tiff(tiffSettings(quality, hasAlpha)),
};
