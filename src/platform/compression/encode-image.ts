import type { Sharp } from 'sharp';
import type { CompressionOptions } from './compression-options.js';
import type { EncodePlan } from './encode-plan.js';
import type { ImageFormat } from './image-format.js';
import { decodingError, isHarmless } from './decoder-pool/decoding-error.js';
import {
  avifSettings,
  FULL_CHROMA_QUALITY,
  gifSettings,
  tiffSettings,
  webpSettings,
} from './encoder-settings.js';
import { encodeJpeg } from './encode-jpeg.js';
import { encodePng } from './encode-png.js';
import { TooLargeForFormatError } from './image-errors.js';
import { sharp } from './image-library.js';
import { jpegSteps } from './jpeg/jpeg-steps.js';
import { requantizeJpeg } from './jpeg/requantize-jpeg.js';
import type { ImageHeader } from './image-header.js';
import { addProvenance } from './provenance.js';
import { withProfile } from './source-profile.js';

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

/** The picture keeps its format and every pixel of its size. */
export const keepsShape = (header: ImageHeader, plan: EncodePlan): boolean =>
  !plan.resized && plan.format === header.format;

/** The picture is to stay as it is: same format, upright, every pixel, colors in sRGB as they are. */
export const isFaithful = (header: ImageHeader, plan: EncodePlan): boolean =>
  header.upright && header.srgb && keepsShape(header, plan);

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
    const recoded = requantizeJpeg(
      bytes,
      await jpegSteps(plan.quality),
      plan.quality >= FULL_CHROMA_QUALITY,
    );
    if (recoded) return addProvenance(recoded, 'jpeg', header.provenance);
  }
  const profiled = await profiledSource(bytes, header, maxPixels);
  try {
    return await encode(profiled, header, plan, maxPixels, 'warning');
  } catch (error) {
    if (!isHarmless(error)) throw decodingError(error, bytes, header.format);
  }
  try {
    return await encode(profiled, header, plan, maxPixels, 'error');
  } catch (error) {
    throw decodingError(error, bytes, header.format);
  }
}

/** The source with the profile that it has by other means; an AVIF as a PNG, because nothing can be added. */
async function profiledSource(
  bytes: Buffer,
  { format, sourceProfile }: ImageHeader,
  maxPixels: number,
): Promise<Buffer> {
  if (!sourceProfile) return bytes;
  if (format === 'jpeg' || format === 'png') return withProfile(bytes, format, sourceProfile);
  try {
    const image = sharp(bytes, { failOn: 'warning', limitInputPixels: maxPixels });
    const png = await image.png({ compressionLevel: 1 }).toBuffer();
    return withProfile(png, 'png', sourceProfile);
  } catch (error) {
    throw decodingError(error, bytes, format);
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
  let image = sharp(bytes, { failOn, limitInputPixels: maxPixels, page: header.page ?? 0, pages });
  if (!header.upright) image = image.autoOrient();
  if (plan.resized) image = image.resize(plan.width, plan.height, { fit: 'fill' });
  if (plan.format === 'jpeg' && header.hasAlpha) image = image.flatten({ background: '#ffffff' });
  if (header.isGray) image = image.toColourspace('b-w');
  else if (header.isDeepWithProfile) image = image.withIccProfile('srgb', { attach: false });
  const encoded = await ENCODERS[plan.format](image, plan, header);
  return addProvenance(encoded, plan.format, header.provenance);
}

type Encoder = (image: Sharp, plan: EncodePlan, header: ImageHeader) => Promise<Buffer>;

const ENCODERS: Readonly<Record<ImageFormat, Encoder>> = {
  jpeg: (image, plan, { hasFullChroma }) => encodeJpeg(image, plan, hasFullChroma),
  png: (image, plan, { hasPalette }) => encodePng(image, plan, hasPalette),
  webp: (image, { quality, effort }, { provenance }) =>
    withXmp(image, provenance).webp(webpSettings(quality, effort)).toBuffer(),
  avif: (image, { quality, effort, width, height }, { provenance }) =>
    withXmp(image, provenance)
      .avif(avifSettings(quality, width * height, effort))
      .toBuffer(),
  gif: (image, { quality }) => image.gif(gifSettings(quality)).toBuffer(),
  tiff: (image, { quality }, { hasAlpha, isBilevel, provenance }) =>
    withXmp(image, provenance)
      .tiff(tiffSettings(quality, hasAlpha, isBilevel))
      .toBuffer(),
};

const withXmp = (image: Sharp, xmp: Buffer | undefined): Sharp =>
  xmp ? image.withXmp(xmp.toString()) : image;
