import type { CompressionOptions } from './compression-options.js';
import { addProvenance } from './add-provenance.js';
import type { EncodePlan } from './encode-plan.js';
import { keepsFrames } from './keeps-frames.js';
import { FORMATS } from './formats/index.js';
import { decodingError, isHarmless } from './decoder-pool/decoding-error.js';
import { FULL_CHROMA_QUALITY } from './encoder-settings.js';
import { TooLargeForFormatError } from './image-errors.js';
import { sharp } from './image-library.js';
import { jpegSteps } from './jpeg/jpeg-steps.js';
import { requantizeJpeg } from './jpeg/requantize-jpeg.js';
import type { ImageHeader } from './image-header.js';
import { addPngProfile } from './png-colors.js';

export function planEncoding(header: ImageHeader, options: CompressionOptions): EncodePlan {
  const format = options.format === 'original' ? header.format : options.format;
  const scale = Math.min(
    1,
    (options.max_width ?? header.width) / header.width,
    (options.max_height ?? header.height) / header.height,
  );
  const width = Math.max(1, Math.round(header.width * scale));
  const height = Math.max(1, Math.round(header.height * scale));
  const { maxSide } = FORMATS[format];
  if (Math.max(width, height) > maxSide) {
    throw new TooLargeForFormatError(width, height, format, maxSide);
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
  const { addProfile } = FORMATS[format];
  if (addProfile) return addProfile(bytes, sourceProfile);
  try {
    const image = sharp(bytes, { failOn: 'warning', limitInputPixels: maxPixels });
    const png = await image.png({ compressionLevel: 1 }).toBuffer();
    return addPngProfile(png, sourceProfile);
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
  const pages = keepsFrames(header, plan) ? -1 : 1;
  let image = sharp(bytes, { failOn, limitInputPixels: maxPixels, page: header.page ?? 0, pages });
  if (!header.upright) image = image.autoOrient();
  if (plan.resized) image = image.resize(plan.width, plan.height, { fit: 'fill' });
  if (plan.format === 'jpeg' && header.hasAlpha) image = image.flatten({ background: '#ffffff' });
  if (header.isGray) image = image.toColourspace('b-w');
  else if (header.isDeepWithProfile) image = image.withIccProfile('srgb', { attach: false });
  const encoded = await FORMATS[plan.format].encode(image, plan, header);
  return addProvenance(encoded, plan.format, header.provenance);
}
