import type { Compressed, DecodeLimits } from './decoder-pool/decoder-messages.js';
import { encodeImage, isEnlarged, isFaithful, keepsShape } from './encode-image.js';
import { encodeWithin } from './encode-within.js';
import {
  AnimationNotConvertibleError,
  ImageNeedsTooMuchMemoryError,
  TiffLayoutNotSupportedError,
} from './image-errors.js';
import type { EncodePlan } from './encode-plan.js';
import { FORMATS } from './formats/index.js';
import type { ImageHeader } from './image-header.js';
import type { ImageSource } from './image-source.js';
import { keepsFrames } from './keeps-frames.js';
import { checkMemory } from './memory-estimate.js';
import { stripMetadata } from './strip-metadata.js';
import { encodeSmallImage, isSmall } from './visible-difference.js';

/** The bytes of a result and their properties. */
export type CompressedBytes = Omit<Compressed, 'bytes' | 'sha256' | 'keptOriginal'> & {
  bytes: Buffer;
};

/**
 * Check memory -> encode -> select the smallest valid result.
 *
 * @param original the file as downloaded
 */
export async function compressImage(
  original: Buffer,
  source: ImageSource,
  plan: EncodePlan,
  limits: DecodeLimits,
): Promise<CompressedBytes> {
  const { header } = source;
  let best = await bestOf(original, source, plan, limits);
  if (keepsCopyright(header) && best.length > maxBytesOf(original, header, plan)) {
    // Never larger than the source: the copyright may not fit into tiny images.
    const bare = { ...header, keptXmp: header.sourceTypeXmp };
    best = await bestOf(original, { ...source, header: bare }, plan, limits);
  }
  const { format, width, height } = plan;
  return { format, width, height, bytes: best };
}

const keepsCopyright = ({ keptXmp, sourceTypeXmp }: ImageHeader): boolean =>
  keptXmp !== undefined && !keptXmp.equals(sourceTypeXmp ?? Buffer.alloc(0));

/** An output of the same format with no more pixels is never larger than the original. */
const maxBytesOf = (original: Buffer, header: ImageHeader, plan: EncodePlan): number =>
  plan.format === header.format && !isEnlarged(header, plan) ? original.length : Infinity;

/** Returns the smallest valid result. It is never larger than the original in the same format. */
async function bestOf(
  original: Buffer,
  source: ImageSource,
  plan: EncodePlan,
  limits: DecodeLimits,
): Promise<Buffer> {
  const { bytes: readable, header } = source;
  const clean = (xmp: Buffer | undefined, atMost = Infinity) =>
    keepsShape(header, plan)
      ? cleaned(original, readable, { ...header, keptXmp: xmp }, atMost)
      : undefined;
  const { keptXmp, sourceTypeXmp } = header;
  // The copyright may not fit into the file. Encoding the image for it would degrade the image.
  const keep = () => clean(keptXmp) ?? clean(sourceTypeXmp);
  const obstacle = obstacleOf(source, plan, limits);
  const kept = obstacle ? (keep() ?? clean(undefined)) : isBetterKept(header, plan) && keep();
  if (kept) return kept;
  if (obstacle) throw obstacle;
  const maxBytes = maxBytesOf(original, header, plan);
  const encode = (attempted: EncodePlan) => encodeImage(source, attempted);
  let first: { encoded: Buffer; plan: EncodePlan };
  try {
    first = isSmall(header, plan)
      ? await encodeSmallImage(source, plan, encode)
      : { encoded: await encode(plan), plan };
  } catch (error) {
    if (!(error instanceof TiffLayoutNotSupportedError)) throw error;
    const unreadable = keep() ?? clean(undefined);
    if (unreadable) return unreadable;
    throw error;
  }
  const { encoded } = first;
  if (keepsFrames(header, plan) && hasFewerFrames(encoded, header)) return keep() ?? encoded;
  if (isFaithful(header, plan)) {
    const stripped = clean(keptXmp, encoded.length);
    if (stripped && stripped.length <= encoded.length) return stripped;
    const bare = encoded.length > maxBytes ? clean(sourceTypeXmp) : undefined;
    if (bare) return bare;
  }
  if (encoded.length <= maxBytes) return encoded;
  const fitting = await encodeWithin(maxBytes, first, encode);
  return fitting.length > maxBytes ? (keep() ?? fitting) : fitting;
}

/** Returns the reason why the image cannot be decoded. Without a conversion, it is cleaned and kept instead. */
function obstacleOf(
  source: ImageSource,
  plan: EncodePlan,
  { maxMemoryBytes }: DecodeLimits,
): Error | undefined {
  const { header } = source;
  if (header.hasUnreadFrames) return new AnimationNotConvertibleError(header.format);
  if (header.overBudget) return header.overBudget;
  try {
    checkMemory(source, plan, maxMemoryBytes);
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
