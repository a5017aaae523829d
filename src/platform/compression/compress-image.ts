import type { Compressed, DecodeLimits } from './decoder-pool/decoder-messages.js';
import { encodeImage, isEnlarged, isFaithful, keepsShape } from './encode/encode-image.js';
import { encodeToTarget, type TargetResult } from './automatic-quality/encode-to-target.js';
import { encodeWithinSize } from './encode/encode-within-size.js';
import {
  AnimationNotConvertibleError,
  ImageNeedsTooMuchMemoryError,
  MaxBytesNotReachableError,
  TiffLayoutNotSupportedError,
} from './image-errors.js';
import type { EncodePlan } from './encode/encode-plan.js';
import { FORMATS } from './formats/index.js';
import type { ImageHeader } from './inspect/image-header.js';
import type { ImageSource } from './inspect/image-source.js';
import { keepsFrames } from './encode/keeps-frames.js';
import { checkMemory } from './memory-estimate.js';
import { stripMetadata } from './metadata/strip-metadata.js';
import { encodeSmallImage, isSmall } from './encode/visible-difference.js';

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
  let best = await selectBest(original, source, plan, limits);
  const { format, width, height, maxBytes = Infinity } = plan;
  const sizeLimit = Math.min(maxBytes, findMaxBytes(original, header, plan));
  if (keepsCopyright(header) && best.bytes.length > sizeLimit) {
    // The result is never larger than the source. The copyright may not fit into a tiny image.
    const bare = { ...header, keptXmp: header.sourceTypeXmp };
    best = await selectBest(original, { ...source, header: bare }, plan, limits);
  }
  const { length } = best.bytes;
  if (length > maxBytes) throw new MaxBytesNotReachableError(length, maxBytes, format);
  return { format, width, height, ...best };
}

const keepsCopyright = ({ keptXmp, sourceTypeXmp }: ImageHeader): boolean =>
  keptXmp !== undefined && !keptXmp.equals(sourceTypeXmp ?? Buffer.alloc(0));

/** An output of the same format with no more pixels is never larger than the original. */
const findMaxBytes = (original: Buffer, header: ImageHeader, plan: EncodePlan): number =>
  plan.format === header.format && !isEnlarged(header, plan) ? original.length : Infinity;

type BestResult = Pick<CompressedBytes, 'bytes' | 'quality' | 'score'>;

/** Score of an image with unchanged pixels. */
const SAME = 100;

/** Returns the smallest valid result. It is never larger than the original in the same format. */
async function selectBest(
  original: Buffer,
  source: ImageSource,
  plan: EncodePlan,
  limits: DecodeLimits,
): Promise<BestResult> {
  const { bytes: readable, header } = source;
  const cleanOriginal = (xmp: Buffer | undefined, sizeLimit = Infinity) =>
    keepsShape(header, plan)
      ? removeMetadata(original, readable, { ...header, keptXmp: xmp }, sizeLimit)
      : undefined;
  const { keptXmp, sourceTypeXmp } = header;
  const keptResult = (bytes: Buffer): BestResult => ({
    bytes,
    ...(plan.targetScore === undefined ? {} : { score: SAME }),
  });
  // The copyright may not fit into the file. Encoding the image for it would degrade the image.
  const keepOriginal = () => cleanOriginal(keptXmp) ?? cleanOriginal(sourceTypeXmp);
  const limitError = findLimitError(source, plan, limits);
  const kept = limitError
    ? (keepOriginal() ?? cleanOriginal(undefined))
    : isBetterKept(header, plan) && keepOriginal();
  if (kept) return keptResult(kept);
  if (limitError) throw limitError;
  let first: Awaited<ReturnType<typeof encodeFirst>>;
  try {
    first = await encodeFirst(source, plan);
  } catch (error) {
    if (!(error instanceof TiffLayoutNotSupportedError)) throw error;
    const unreadable = keepOriginal() ?? cleanOriginal(undefined);
    if (unreadable) return keptResult(unreadable);
    throw error;
  }
  const { encoded } = first;
  const isSearched = plan.targetScore !== undefined || plan.maxBytes !== undefined;
  const encodedResult = (bytes: Buffer): BestResult => ({
    bytes,
    ...(isSearched ? { quality: first.plan.quality } : {}),
    ...(first.score === undefined ? {} : { score: first.score }),
  });
  const maxBytes = findMaxBytes(original, header, plan);
  if (keepsFrames(header, plan) && hasFewerFrames(encoded, header)) {
    const whole = keepOriginal();
    return whole ? keptResult(whole) : encodedResult(encoded);
  }
  if (isFaithful(header, plan)) {
    const isEnough = first.isReached || encoded.length > (plan.maxBytes ?? Infinity);
    const sizeLimit = isEnough ? encoded.length : (plan.maxBytes ?? Infinity);
    const stripped = cleanOriginal(keptXmp, sizeLimit);
    if (stripped && stripped.length <= sizeLimit) return keptResult(stripped);
    const bare = encoded.length > maxBytes ? cleanOriginal(sourceTypeXmp) : undefined;
    if (bare) return keptResult(bare);
  }
  // A target score takes precedence over the size of the source.
  if (encoded.length <= maxBytes || first.score !== undefined) return encodedResult(encoded);
  const fitting = await encodeWithinSize(maxBytes, first, (attempted) =>
    encodeImage(source, attempted),
  );
  const smaller = fitting.length > maxBytes ? keepOriginal() : undefined;
  return smaller ? keptResult(smaller) : encodedResult(fitting);
}

/** Encodes with the quality of the plan, or with the quality that reaches its target. */
async function encodeFirst(source: ImageSource, plan: EncodePlan): Promise<TargetResult> {
  if (plan.targetScore !== undefined || plan.maxBytes !== undefined) {
    return encodeToTarget(source, plan);
  }
  const encode = (attempted: EncodePlan) => encodeImage(source, attempted);
  const made = isSmall(source.header, plan)
    ? await encodeSmallImage(source, plan, encode)
    : { encoded: await encode(plan), plan };
  return { ...made, isReached: true };
}

/** Returns the reason why the image cannot be decoded. Without a conversion, it is cleaned and kept instead. */
function findLimitError(
  source: ImageSource,
  plan: EncodePlan,
  { maxMemoryBytes }: DecodeLimits,
): Error | undefined {
  const { header } = source;
  if (header.hasUnreadFrames) return new AnimationNotConvertibleError(header.format);
  if (header.limitError) return header.limitError;
  try {
    checkMemory(source, plan, maxMemoryBytes);
    return undefined;
  } catch (error) {
    if (error instanceof ImageNeedsTooMuchMemoryError) return error;
    throw error;
  }
}

/** Returns true if encoding would remove colors beyond sRGB. */
const isBetterKept = (header: ImageHeader, plan: EncodePlan): boolean =>
  keepsShape(header, plan) && (header.isHighDynamicRange || hasOtherColors(header));

/** Grays are within sRGB, regardless of their curve. */
const hasOtherColors = ({ format, isGray, sourceProfile, toSrgb }: ImageHeader): boolean =>
  toSrgb !== undefined ||
  (sourceProfile !== undefined && !isGray && FORMATS[format].addProfile === undefined);

/** Returns true if the encoder has merged nearly equal frames. */
const hasFewerFrames = (encoded: Buffer, { format, frames }: ImageHeader): boolean => {
  const { countFrames } = FORMATS[format];
  return countFrames !== undefined && countFrames(encoded) < frames;
};

/** Returns the source without metadata. Returns the original bytes if cleaning would only add a missing end. */
function removeMetadata(
  original: Buffer,
  readable: Buffer,
  header: ImageHeader,
  maxBytes: number,
): Buffer | undefined {
  const source = FORMATS[header.format].stripsOriginal ? original : readable;
  const stripped = stripMetadata(source, header, maxBytes);
  const addsOnlyEndMarker = stripped?.equals(source) && original.length <= source.length;
  return addsOnlyEndMarker ? original : stripped;
}
