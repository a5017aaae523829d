import type { CompressionOptions } from './compression-options.js';
import type { Compressed, DecodeLimits } from './decoder-pool/decoder-messages.js';
import { encodeImage, isFaithful, keepsShape, planEncoding } from './encode-image.js';
import {
  AnimationNotConvertibleError,
  ImageNeedsTooMuchMemoryError,
  TiffLayoutNotSupportedError,
} from './image-errors.js';
import type { EncodePlan } from './encode-plan.js';
import { FORMATS } from './formats/index.js';
import type { ImageFormat } from './image-format.js';
import type { ImageHeader } from './image-header.js';
import { keepsFrames } from './keeps-frames.js';
import { inspectImage } from './inspect-image.js';
import { checkMemory } from './memory-estimate.js';
import { stripMetadata } from './strip-metadata.js';
import { encodeSmallImage, isSmall } from './visible-difference.js';

/** The bytes of a source. */
export interface SourceBytes {
  /** The file as downloaded. */
  original: Buffer;
  /** The file in a form that the library reads. */
  readable: Buffer;
  format: ImageFormat;
}

/** The bytes of a result and their properties. */
export type CompressedBytes = Omit<Compressed, 'bytes' | 'sha256' | 'keptOriginal'> & {
  bytes: Buffer;
};

/** Inspect -> plan -> check memory -> encode -> select the smallest valid result. */
export async function compressImage(
  { original, readable, format }: SourceBytes,
  options: CompressionOptions,
  limits: DecodeLimits,
): Promise<CompressedBytes> {
  const header = await inspectImage(readable, format, limits, {
    original,
    metadata: options.metadata,
  });
  const plan = planEncoding(header, options);
  let best = await bestOf(original, readable, header, plan, limits);
  if (options.metadata === 'copyright' && plan.format === format && best.length > original.length) {
    // Never larger than the source: tiny images may have no room for the copyright.
    const bare = await inspectImage(readable, format, limits, { original });
    best = await bestOf(original, readable, bare, plan, limits);
  }
  const { width, height } = plan;
  return { format: plan.format, width, height, bytes: best };
}

/** Returns the smallest valid result. It is never larger than the original in the same format. */
async function bestOf(
  original: Buffer,
  readable: Buffer,
  header: ImageHeader,
  plan: EncodePlan,
  limits: DecodeLimits,
): Promise<Buffer> {
  const clean = (atMost = Infinity) =>
    keepsShape(header, plan) ? cleaned(original, readable, header, atMost) : undefined;
  const cleanWithoutXmp = () =>
    keepsShape(header, plan) && header.keptXmp
      ? cleaned(original, readable, { ...header, keptXmp: undefined }, Infinity)
      : undefined;
  const obstacle = obstacleOf(readable, header, plan, limits);
  if (obstacle) {
    // An image that cannot be encoded is kept even if its file has no room for the XMP.
    const kept = clean() ?? cleanWithoutXmp();
    if (kept) return kept;
    throw obstacle;
  }
  if (isBetterKept(header, plan)) {
    const kept = clean();
    if (kept) return kept;
  }
  const maxBytes = plan.format === header.format ? original.length : Infinity;
  let encoded: Buffer;
  try {
    const { maxPixels } = limits;
    const encode = (tried: EncodePlan) =>
      isFaithful(header, tried)
        ? encodeImage(readable, header, tried, maxPixels)
        : encodeWithin(maxBytes, readable, header, tried, maxPixels);
    encoded = isSmall(header, plan)
      ? await encodeSmallImage(readable, header, plan, maxPixels, encode)
      : await encode(plan);
  } catch (error) {
    const kept = error instanceof TiffLayoutNotSupportedError ? clean() : undefined;
    if (kept) return kept;
    throw error;
  }
  if (keepsFrames(header, plan) && hasFewerFrames(encoded, header)) return clean() ?? encoded;
  if (isFaithful(header, plan)) {
    const stripped = clean(encoded.length);
    if (stripped && stripped.length <= encoded.length) return stripped;
    if (encoded.length <= maxBytes) return encoded;
    return encodeWithin(maxBytes, readable, header, plan, limits.maxPixels);
  }
  return encoded.length > maxBytes ? (clean() ?? encoded) : encoded;
}

/** Returns the reason why the image cannot be decoded. Without a conversion, it is cleaned and kept instead. */
function obstacleOf(
  bytes: Buffer,
  header: ImageHeader,
  plan: EncodePlan,
  { maxMemoryBytes }: DecodeLimits,
): Error | undefined {
  if (header.hasUnreadFrames) return new AnimationNotConvertibleError(header.format);
  if (header.overBudget) return header.overBudget;
  if (maxMemoryBytes === undefined) return undefined;
  try {
    checkMemory(bytes, header, plan, maxMemoryBytes);
    return undefined;
  } catch (error) {
    if (error instanceof ImageNeedsTooMuchMemoryError) return error;
    throw error;
  }
}

/** Encoding would remove colors beyond sRGB. */
const isBetterKept = (header: ImageHeader, plan: EncodePlan): boolean =>
  keepsShape(header, plan) && (header.isHighDynamicRange || hasOtherColors(header));

/** Grays are within sRGB, whatever their curve. */
const hasOtherColors = ({ format, isGray, sourceProfile, toSrgb }: ImageHeader): boolean =>
  toSrgb !== undefined ||
  (sourceProfile !== undefined && !isGray && FORMATS[format].addProfile === undefined);

/** A WebP encoder merges nearly equal frames; the source has all of them. */
const hasFewerFrames = (encoded: Buffer, { format, frames }: ImageHeader): boolean => {
  const { countFrames } = FORMATS[format];
  return countFrames !== undefined && countFrames(encoded) < frames;
};

/** Returns the source without metadata. Returns the original bytes if cleaning would only add a missing end. */
function cleaned(
  original: Buffer,
  readable: Buffer,
  header: ImageHeader,
  atMost: number,
): Buffer | undefined {
  const source = FORMATS[header.format].stripsOriginal ? original : readable;
  const stripped = stripMetadata(source, header, atMost);
  const addsTheEndOnly = stripped?.equals(source) && original.length <= source.length;
  return addsTheEndOnly ? original : stripped;
}

/** Number of qualities that are tried until the result fits. Their range is halved each time. */
const MAX_LOWER_QUALITIES = 5;
/** Above this quality, images are encoded without loss or with a palette of the same size. */
const MAX_TRIED_QUALITY = 91;

/**
 * An image that must be re-encoded gets the quality that fits: it is rotated, not in sRGB, or its structure
 * is irregular.
 */
async function encodeWithin(
  maxBytes: number,
  bytes: Buffer,
  header: ImageHeader,
  plan: EncodePlan,
  maxPixels: number,
): Promise<Buffer> {
  let encoded = await encodeImage(bytes, header, plan, maxPixels);
  const { qualityFloor } = FORMATS[plan.format];
  if (qualityFloor === undefined || encoded.length <= maxBytes) return encoded;
  let [low, high] = [qualityFloor, Math.min(plan.quality, MAX_TRIED_QUALITY)];
  for (let tries = 0; tries < MAX_LOWER_QUALITIES && low < high; tries++) {
    const quality = Math.floor((low + high) / 2);
    const smaller = await encodeImage(bytes, header, { ...plan, quality }, maxPixels);
    if (smaller.length <= maxBytes) low = quality + 1;
    else high = quality;
    if (smaller.length <= maxBytes || encoded.length > maxBytes) encoded = smaller;
  }
  return encoded;
}
