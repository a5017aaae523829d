import { ImageNeedsTooMuchMemoryError } from './image-errors.js';
import type { EncodePlan } from './encode/encode-plan.js';
import { outputHeader } from './geometry/output-header.js';
import type { ImageSource } from './inspect/image-source.js';
import { keepsFrames } from './encode/keeps-frames.js';
import { FORMATS } from './formats/index.js';
import type { ImageHeader } from './inspect/image-header.js';
import { scoreBytes } from './score/score-bytes.js';

const MiB = 1024 * 1024;

/** Memory of a decoder process with its libraries, before it reads an image. */
const PROCESS_BYTES = 96 * MiB;
/** Source rows that libvips buffers between the steps of a pipeline, independent of the height. */
const BUFFERED_LINES = 512;
/** RGBA of 8 bits. */
const SHAPED_BYTES_PER_PIXEL = 4;

/**
 * Estimates the memory that a decoder needs for an image, from its header and the encoding plan.
 *
 * @param sharedBytes memory of the pixels that several outputs share
 * @returns bytes, including the process itself
 */
export function estimateMemory(
  bytes: Buffer,
  header: ImageHeader,
  plan: EncodePlan,
  sharedBytes = 0,
): number {
  const pixels = header.width * header.height;
  const { bytesPerPixel } = header;
  const frames = keepsFrames(header, plan) ? header.frames : 1;
  const buffered = BUFFERED_LINES * header.width * bytesPerPixel;
  // Rotation needs the whole image.
  const turned = header.isUpright ? 0 : pixels * bytesPerPixel;
  const perPixel = FORMATS[plan.format].encoderBytesPerPixel(plan, outputHeader(header, plan));
  const encoded = plan.width * plan.height * frames * perPixel;
  const decoded = FORMATS[header.format].decoderBytes(header, pixels, bytes);
  // Its pixels, and the file of the converted ones.
  const isConverted = header.toSrgb !== undefined || header.hasLimitedAlpha === true;
  const converted = isConverted ? 2 * pixels * frames * bytesPerPixel : 0;
  // The scaled content is held while it is cropped and padded.
  const { content } = plan.geometry ?? {};
  const shaped = content ? content.width * content.height * frames * SHAPED_BYTES_PER_PIXEL : 0;
  const held = sharedBytes + shaped + converted + searchBytes(header, plan);
  return PROCESS_BYTES + bytes.length + buffered + turned + decoded + held + encoded;
}

/**
 * Returns the memory of a quality search: the pixels of the output, and for scores also the pixels
 * and planes of an attempt.
 */
function searchBytes(header: ImageHeader, plan: EncodePlan): number {
  const { width, height, targetScore, maxBytes } = plan;
  if ((targetScore ?? maxBytes) === undefined || keepsFrames(header, plan)) return 0;
  const { hasAlpha } = outputHeader(header, plan);
  const pixels = width * height * (hasAlpha ? 4 : 3);
  return targetScore === undefined ? pixels : 2 * pixels + scoreBytes(width, height, hasAlpha);
}

/** @throws ImageNeedsTooMuchMemoryError before decoding */
export function checkMemory(
  { bytes, header, pixels }: Pick<ImageSource, 'bytes' | 'header' | 'pixels'>,
  plan: EncodePlan,
  maxBytes = Infinity,
): void {
  const needed = estimateMemory(bytes, header, plan, pixels?.bytes);
  if (needed > maxBytes) {
    throw new ImageNeedsTooMuchMemoryError(Math.ceil(needed / MiB), Math.floor(maxBytes / MiB));
  }
}
