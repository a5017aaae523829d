import type { CompressionOptions } from './compression-options.js';
import { addXmp } from './metadata/add-xmp.js';
import type { EncodePlan } from './encode-plan.js';
import { FORMATS } from './formats/index.js';
import { decodeImage } from './decode-image.js';
import { FULL_CHROMA_QUALITY } from './encoder-settings.js';
import { TooLargeForFormatError } from './image-errors.js';
import { jpegSteps } from './jpeg/jpeg-steps.js';
import { requantizeJpeg } from './jpeg/requantize-jpeg.js';
import type { ImageHeader } from './image-header.js';

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

/** The image keeps its format and its size in pixels. */
export const keepsShape = (header: ImageHeader, plan: EncodePlan): boolean =>
  !plan.resized && plan.format === header.format;

/** The image keeps its format, orientation, size and colors: it is upright and in sRGB. */
export const isFaithful = (header: ImageHeader, plan: EncodePlan): boolean =>
  header.upright && header.srgb && keepsShape(header, plan);

/**
 * decode -> orient -> resize -> flatten -> sRGB -> encode, without metadata. A JPEG with unchanged format,
 * size and colors is requantized without decoding pixels (docs/adr/0021-jpeg-without-pixels.md).
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
    if (recoded) return addXmp(recoded, 'jpeg', header.keptXmp);
  }
  const { format } = plan;
  const encoded = await decodeImage(bytes, header, plan, maxPixels, (image) =>
    FORMATS[format].encode(image, plan, header),
  );
  return addXmp(encoded, format, header.keptXmp);
}
