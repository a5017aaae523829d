import { ImageNeedsTooMuchMemoryError } from './image-errors.js';
import type { EncodePlan } from './encode-plan.js';
import { keepsFrames } from './keeps-frames.js';
import { FORMATS } from './formats/index.js';
import type { ImageHeader } from './image-header.js';

const MiB = 1024 * 1024;

/** Memory of a decoder process with its libraries, before it reads an image. */
const PROCESS_BYTES = 96 * MiB;
/** Source rows that libvips buffers between the steps of a pipeline, independent of the height. */
const BUFFERED_LINES = 512;

/**
 * Estimates the memory that a decoder needs for an image, from its header and the encoding plan.
 * @returns bytes, including the process itself
 */
export function estimateMemory(bytes: Buffer, header: ImageHeader, plan: EncodePlan): number {
  const pixels = header.width * header.height;
  const { bytesPerPixel } = header;
  const frames = keepsFrames(header, plan) ? header.frames : 1;
  const buffered = BUFFERED_LINES * header.width * bytesPerPixel;
  // Rotation needs the whole image.
  const turned = header.upright ? 0 : pixels * bytesPerPixel;
  const perPixel = FORMATS[plan.format].encoderBytesPerPixel(plan, header);
  const encoded = plan.width * plan.height * frames * perPixel;
  const decoded = FORMATS[header.format].decoderBytes(header, pixels, bytes);
  // Its pixels, and the file of the converted ones.
  const converted = header.toSrgb ? 2 * pixels * frames * bytesPerPixel : 0;
  return PROCESS_BYTES + bytes.length + buffered + turned + decoded + converted + encoded;
}

/** @throws ImageNeedsTooMuchMemoryError before decoding */
export function checkMemory(
  bytes: Buffer,
  header: ImageHeader,
  plan: EncodePlan,
  maxBytes: number,
): void {
  const needed = estimateMemory(bytes, header, plan);
  if (needed > maxBytes) {
    throw new ImageNeedsTooMuchMemoryError(Math.ceil(needed / MiB), Math.floor(maxBytes / MiB));
  }
}
