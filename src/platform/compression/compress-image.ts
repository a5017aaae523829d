import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { storageError } from '../errors/storage-errors.js';
import type { Compressed, CompressTask, DecodeLimits } from './decoder-pool/decoder-messages.js';
import { encodeImage, isFaithful, keepsShape, planEncoding } from './encode-image.js';
import { encodeWithin } from './encode-within.js';
import {
  AnimationNotConvertibleError,
  ImageNeedsTooMuchMemoryError,
  TiffLayoutNotSupportedError,
} from './image-errors.js';
import type { EncodePlan } from './encode-plan.js';
import { FORMATS } from './formats/index.js';
import type { ImageHeader } from './image-header.js';
import { identifyImage } from './image-type.js';
import { keepsFrames } from './keeps-frames.js';
import { inspectImage } from './inspect-image.js';
import { checkMemory } from './memory-estimate.js';
import { readableSource } from './readable-source.js';
import { stripMetadata } from './strip-metadata.js';
import { encodeSmallImage, isSmall } from './visible-difference.js';

/** Runs in a decoder child: identify -> inspect -> check memory -> encode -> select the smallest valid result. */
export async function compressImage(
  { source, target, options }: CompressTask,
  limits: DecodeLimits,
): Promise<Compressed> {
  const original = orStorageError(() => bytesOf(source));
  const format = identifyImage(original);
  const readable = readableSource(original, format);
  const header = await inspectImage(readable, format, limits, {
    original,
    metadata: options.metadata,
  });
  const plan = planEncoding(header, options);
  let best = await bestOf(original, readable, header, plan, limits);
  if (options.metadata === 'copyright' && plan.format === format && best.length > original.length) {
    // Never larger than the source: the copyright may not fit into tiny images.
    const bare = { ...header, keptXmp: header.sourceTypeXmp };
    best = await bestOf(original, readable, bare, plan, limits);
  }
  const keptOriginal = best.equals(original);
  if (!keptOriginal || typeof source !== 'string') {
    orStorageError(() => writeFileSync(target, best));
  }
  const { width, height } = plan;
  const sha256 = createHash('sha256').update(best).digest('hex');
  return { format: plan.format, width, height, bytes: best.length, keptOriginal, sha256 };
}

/** Returns the smallest valid result. It is never larger than the original in the same format. */
async function bestOf(
  original: Buffer,
  readable: Buffer,
  header: ImageHeader,
  plan: EncodePlan,
  limits: DecodeLimits,
): Promise<Buffer> {
  const clean = (xmp: Buffer | undefined, atMost = Infinity) =>
    keepsShape(header, plan)
      ? cleaned(original, readable, { ...header, keptXmp: xmp }, atMost)
      : undefined;
  const { keptXmp, sourceTypeXmp } = header;
  // The copyright may not fit into the file. Encoding the image for it would degrade the image.
  const keep = () => clean(keptXmp) ?? clean(sourceTypeXmp);
  const obstacle = obstacleOf(readable, header, plan, limits);
  const kept = obstacle ? (keep() ?? clean(undefined)) : isBetterKept(header, plan) && keep();
  if (kept) return kept;
  if (obstacle) throw obstacle;
  const maxBytes = plan.format === header.format ? original.length : Infinity;
  const { maxPixels } = limits;
  const encode = (attempted: EncodePlan) => encodeImage(readable, header, attempted, maxPixels);
  let first: { encoded: Buffer; plan: EncodePlan };
  try {
    first = isSmall(header, plan)
      ? await encodeSmallImage(readable, header, plan, maxPixels, encode)
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

function bytesOf(source: CompressTask['source']): Buffer {
  if (typeof source === 'string') return readFileSync(source);
  return source.length === 1 ? source[0] : Buffer.concat(source);
}

/** Runs synchronous file access. A decoder has no other work, and a thread costs more than a small file. */
function orStorageError<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw storageError(error);
  }
}
