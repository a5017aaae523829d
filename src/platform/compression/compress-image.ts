import type { Compressed, DecodeLimits } from './decoder-pool/decoder-messages.js';
import {
  encodeImage,
  isEnlarged,
  keepsFormatGeometryAndColors,
  keepsFormatAndGeometry,
} from './encode/encode-image.js';
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
import { encodeSmallImage, isSmallImage } from './encode/visible-difference.js';

/** A compressed image and its properties. */
export type CompressedBytes = Omit<Compressed, 'bytes' | 'sha256' | 'keptOriginal'> & {
  bytes: Buffer;
};

/**
 * Checks the required memory, encodes the image, and returns the smallest valid result.
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
    // The result must not be larger than the source, but copyright metadata can enlarge a tiny image.
    const headerWithoutCopyright = { ...header, keptXmp: header.sourceTypeXmp };
    best = await selectBest(original, { ...source, header: headerWithoutCopyright }, plan, limits);
  }
  const { length } = best.bytes;
  if (length > maxBytes) throw new MaxBytesNotReachableError(length, maxBytes, format);
  return { format, width, height, ...best };
}

const keepsCopyright = ({ keptXmp, sourceTypeXmp }: ImageHeader): boolean =>
  keptXmp !== undefined && !keptXmp.equals(sourceTypeXmp ?? Buffer.alloc(0));

/**
 * Returns the maximum size of an output: the original size if the format is the same and the image is not
 * enlarged; otherwise Infinity.
 */
const findMaxBytes = (original: Buffer, header: ImageHeader, plan: EncodePlan): number =>
  plan.format === header.format && !isEnlarged(header, plan) ? original.length : Infinity;

type BestResult = Pick<CompressedBytes, 'bytes' | 'quality' | 'score'>;

/** Score of an image with unchanged pixels. */
const UNCHANGED_SCORE = 100;

/** Returns the smallest valid result. It is never larger than the original in the same format. */
async function selectBest(
  original: Buffer,
  source: ImageSource,
  plan: EncodePlan,
  limits: DecodeLimits,
): Promise<BestResult> {
  const { bytes: readableBytes, header } = source;
  const cleanOriginal = (xmp: Buffer | undefined, sizeLimit = Infinity) =>
    keepsFormatAndGeometry(header, plan)
      ? removeMetadata(original, readableBytes, { ...header, keptXmp: xmp }, sizeLimit)
      : undefined;
  const { keptXmp, sourceTypeXmp } = header;
  const toKeptResult = (bytes: Buffer): BestResult => ({
    bytes,
    ...(plan.targetScore === undefined ? {} : { score: UNCHANGED_SCORE }),
  });
  // Drops copyright metadata that does not fit into the file. Re-encoding to keep it would degrade the image.
  const keepOriginal = () => cleanOriginal(keptXmp) ?? cleanOriginal(sourceTypeXmp);
  const limitError = findLimitError(source, plan, limits);
  const keptBytes = limitError
    ? (keepOriginal() ?? cleanOriginal(undefined))
    : shouldKeepOriginal(header, plan) && keepOriginal();
  if (keptBytes) return toKeptResult(keptBytes);
  if (limitError) throw limitError;
  let firstAttempt: Awaited<ReturnType<typeof encodeFirstAttempt>>;
  try {
    firstAttempt = await encodeFirstAttempt(source, plan);
  } catch (error) {
    if (!(error instanceof TiffLayoutNotSupportedError)) throw error;
    const cleanedOriginal = keepOriginal() ?? cleanOriginal(undefined);
    if (cleanedOriginal) return toKeptResult(cleanedOriginal);
    throw error;
  }
  const { encoded } = firstAttempt;
  const isQualitySearched = plan.targetScore !== undefined || plan.maxBytes !== undefined;
  const toEncodedResult = (bytes: Buffer): BestResult => ({
    bytes,
    ...(isQualitySearched ? { quality: firstAttempt.plan.quality } : {}),
    ...(firstAttempt.score === undefined ? {} : { score: firstAttempt.score }),
  });
  const maxBytes = findMaxBytes(original, header, plan);
  if (keepsFrames(header, plan) && hasFewerFrames(encoded, header)) {
    const cleanedOriginal = keepOriginal();
    return cleanedOriginal ? toKeptResult(cleanedOriginal) : toEncodedResult(encoded);
  }
  if (keepsFormatGeometryAndColors(header, plan)) {
    const mustNotExceedEncodedSize =
      firstAttempt.isTargetReached || encoded.length > (plan.maxBytes ?? Infinity);
    const sizeLimit = mustNotExceedEncodedSize ? encoded.length : (plan.maxBytes ?? Infinity);
    const stripped = cleanOriginal(keptXmp, sizeLimit);
    if (stripped && stripped.length <= sizeLimit) return toKeptResult(stripped);
    const originalWithoutCopyright =
      encoded.length > maxBytes ? cleanOriginal(sourceTypeXmp) : undefined;
    if (originalWithoutCopyright) return toKeptResult(originalWithoutCopyright);
  }
  // A target score takes precedence over the size of the source.
  if (encoded.length <= maxBytes || firstAttempt.score !== undefined)
    return toEncodedResult(encoded);
  const encodedWithinSize = await encodeWithinSize(maxBytes, firstAttempt, (attemptPlan) =>
    encodeImage(source, attemptPlan),
  );
  const cleanedOriginal = encodedWithinSize.length > maxBytes ? keepOriginal() : undefined;
  return cleanedOriginal ? toKeptResult(cleanedOriginal) : toEncodedResult(encodedWithinSize);
}

/** Encodes at the planned quality, or at the quality that reaches the target of the plan. */
async function encodeFirstAttempt(source: ImageSource, plan: EncodePlan): Promise<TargetResult> {
  if (plan.targetScore !== undefined || plan.maxBytes !== undefined) {
    return encodeToTarget(source, plan);
  }
  const encode = (attemptPlan: EncodePlan) => encodeImage(source, attemptPlan);
  const result = isSmallImage(source.header, plan)
    ? await encodeSmallImage(source, plan, encode)
    : { encoded: await encode(plan), plan };
  return { ...result, isTargetReached: true };
}

/** Returns the error that prevents decoding. An image that needs no conversion is cleaned and kept instead. */
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

/** Returns whether encoding would remove colors beyond sRGB. */
const shouldKeepOriginal = (header: ImageHeader, plan: EncodePlan): boolean =>
  keepsFormatAndGeometry(header, plan) &&
  (header.isHighDynamicRange || hasColorsBeyondSrgb(header));

/** Returns whether the image has colors beyond sRGB. Gray values are within sRGB, regardless of their tone curve. */
const hasColorsBeyondSrgb = ({
  format,
  isGray,
  sourceProfile,
  convertToSrgb,
}: ImageHeader): boolean =>
  convertToSrgb !== undefined ||
  (sourceProfile !== undefined && !isGray && FORMATS[format].addProfile === undefined);

/** Returns whether the encoder has merged nearly identical frames. */
const hasFewerFrames = (encoded: Buffer, { format, frames }: ImageHeader): boolean => {
  const { countFrames } = FORMATS[format];
  return countFrames !== undefined && countFrames(encoded) < frames;
};

/** Returns the source without metadata. Returns the original bytes if cleaning would only add a missing end marker. */
function removeMetadata(
  original: Buffer,
  readableBytes: Buffer,
  header: ImageHeader,
  maxBytes: number,
): Buffer | undefined {
  const source = FORMATS[header.format].stripsOriginal ? original : readableBytes;
  const stripped = stripMetadata(source, header, maxBytes);
  const addsOnlyEndMarker = stripped?.equals(source) && original.length <= source.length;
  return addsOnlyEndMarker ? original : stripped;
}
