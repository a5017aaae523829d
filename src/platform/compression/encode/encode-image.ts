import type { CompressionOptions } from '../compression-options.js';
import { addXmp } from '../metadata/add-xmp.js';
import type { EncodePlan } from './encode-plan.js';
import { FORMATS } from '../formats/index.js';
import { decodeImage } from '../decode/decode-image.js';
import { FULL_CHROMA_QUALITY } from './encoder-settings.js';
import type { Box } from '../geometry/geometry.js';
import { toOutputHeader } from '../geometry/output-header.js';
import { planGeometry } from '../geometry/plan-geometry.js';
import { OutputTooLargeError, TooLargeForFormatError } from '../image-errors.js';
import type { ImageFormat } from '../inspect/image-format.js';
import type { ImageSource } from '../inspect/image-source.js';
import { getSharpQuantizationTables } from '../jpeg/sharp-quantization-tables.js';
import { requantizeJpeg } from '../jpeg/requantize-jpeg.js';
import type { ImageHeader } from '../inspect/image-header.js';
import { keepsFrames } from './keeps-frames.js';

/**
 * Plans the format, size and geometry of an output.
 *
 * @param region the part of the source within its uniform borders, if `trim` found any
 * @throws TooLargeForFormatError, OutputTooLargeError
 */
export function planEncoding(
  header: ImageHeader,
  options: CompressionOptions,
  { region, maxPixels = Infinity }: { region?: Box; maxPixels?: number } = {},
): EncodePlan {
  const format = resolveOutputFormat(header, options);
  const geometryPlan = planGeometry(header, format, options, region);
  const { width, height } = geometryPlan;
  const { maxSide } = FORMATS[format];
  if (Math.max(width, height) > maxSide) {
    throw new TooLargeForFormatError(width, height, format, maxSide);
  }
  const { quality, effort = 'balanced', target_score: targetScore, max_bytes: maxBytes } = options;
  const plan = {
    format,
    quality,
    effort,
    ...geometryPlan,
    ...(targetScore === undefined ? {} : { targetScore }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
  const frameCount = keepsFrames(header, plan) ? header.frames : 1;
  if (isEnlarged(header, plan) && width * height * frameCount > maxPixels) {
    throw new OutputTooLargeError(width, height, frameCount, maxPixels);
  }
  return plan;
}

export const resolveOutputFormat = (
  header: ImageHeader,
  { format }: CompressionOptions,
): ImageFormat => (format === 'original' ? header.format : format);

/** Returns whether the output has more pixels than the source. */
export const isEnlarged = (header: ImageHeader, { width, height }: EncodePlan): boolean =>
  width * height > header.width * header.height;

/** Returns whether the image keeps its format, size and entire content. */
export const keepsFormatAndGeometry = (header: ImageHeader, plan: EncodePlan): boolean =>
  !plan.isResized && !plan.geometry && plan.format === header.format;

/**
 * Returns whether the image keeps its format, orientation, size and colors: it is upright and in
 * sRGB.
 */
export const keepsFormatGeometryAndColors = (header: ImageHeader, plan: EncodePlan): boolean =>
  header.isUpright && header.isSrgb && keepsFormatAndGeometry(header, plan);

/** Returns whether encoding needs decoded pixels. A JPEG that can be requantized does not need them. */
export const needsPixels = (header: ImageHeader, plan: EncodePlan): boolean =>
  !(
    plan.format === 'jpeg' &&
    plan.effort !== 'small' &&
    keepsFormatGeometryAndColors(header, plan)
  );

/**
 * Decodes, orients, scales, crops, pads and flattens the image, converts it to sRGB, and encodes it without
 * metadata. A JPEG with unchanged format, size and colors is requantized without decoding pixels
 * (docs/adr/0021-jpeg-requantization-without-pixels.md).
 *
 * @throws TruncatedImageError, CorruptImageError
 */
export async function encodeImage(source: ImageSource, plan: EncodePlan): Promise<Buffer> {
  const { bytes, header } = source;
  if (!needsPixels(header, plan)) {
    const requantized = requantizeJpeg(
      bytes,
      await getSharpQuantizationTables(plan.quality),
      plan.quality >= FULL_CHROMA_QUALITY,
    );
    if (requantized) return addXmp(requantized, 'jpeg', header.keptXmp);
  }
  const { format } = plan;
  const encoded = await decodeImage(source, plan, (image) =>
    FORMATS[format].encodeImage(image, plan, toOutputHeader(header, plan)),
  );
  return addXmp(encoded, format, header.keptXmp);
}
