import { ImageNeedsTooMuchMemoryError } from './image-errors.js';
import type { EncodePlan } from './encode/encode-plan.js';
import { toOutputHeader } from './geometry/output-header.js';
import type { ImageSource } from './inspect/image-source.js';
import { keepsFrames } from './encode/keeps-frames.js';
import { FORMATS } from './formats/index.js';
import type { ImageHeader } from './inspect/image-header.js';
import { estimateScoreBytes } from './score/score-bytes.js';

const MiB = 1024 * 1024;

/** Memory of a decoder process with its libraries, before it reads an image. */
const PROCESS_BYTES = 96 * MiB;
/** Source rows that libvips buffers between the steps of a pipeline, independent of the height. */
const BUFFERED_ROWS = 512;
/** 8-bit RGBA. */
const GEOMETRY_BYTES_PER_PIXEL = 4;

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
  const pixelCount = header.width * header.height;
  const { bytesPerPixel } = header;
  const frameCount = keepsFrames(header, plan) ? header.frames : 1;
  const bufferedBytes = BUFFERED_ROWS * header.width * bytesPerPixel;
  // Rotation needs the whole image.
  const rotationBytes = header.isUpright ? 0 : pixelCount * bytesPerPixel;
  const encoderBytesPerPixel = FORMATS[plan.format].estimateEncoderBytesPerPixel(
    plan,
    toOutputHeader(header, plan),
  );
  const encoderBytes = plan.width * plan.height * frameCount * encoderBytesPerPixel;
  const decoderBytes = FORMATS[header.format].estimateDecoderBytes(header, pixelCount, bytes);
  // The original pixels, and the file that contains the converted pixels.
  const isConverted = header.convertToSrgb !== undefined || header.hasLimitedAlpha === true;
  const conversionBytes = isConverted ? 2 * pixelCount * frameCount * bytesPerPixel : 0;
  // The scaled content stays in memory until it is cropped and padded.
  const { content } = plan.geometry ?? {};
  const geometryBytes = content
    ? content.width * content.height * frameCount * GEOMETRY_BYTES_PER_PIXEL
    : 0;
  const otherBytes =
    sharedBytes + geometryBytes + conversionBytes + estimateSearchBytes(header, plan);
  return (
    PROCESS_BYTES +
    bytes.length +
    bufferedBytes +
    rotationBytes +
    decoderBytes +
    otherBytes +
    encoderBytes
  );
}

/**
 * Estimates the memory of a quality search in bytes: the pixels of the output, and for scores also the
 * pixels and planes of an attempt.
 */
function estimateSearchBytes(header: ImageHeader, plan: EncodePlan): number {
  const { width, height, targetScore, maxBytes } = plan;
  if ((targetScore ?? maxBytes) === undefined || keepsFrames(header, plan)) return 0;
  const { hasAlpha } = toOutputHeader(header, plan);
  const outputBytes = width * height * (hasAlpha ? 4 : 3);
  return targetScore === undefined
    ? outputBytes
    : 2 * outputBytes + estimateScoreBytes(width, height, hasAlpha);
}

/**
 * Checks the estimated memory before decoding.
 *
 * @throws ImageNeedsTooMuchMemoryError
 */
export function checkMemory(
  { bytes, header, pixels }: Pick<ImageSource, 'bytes' | 'header' | 'pixels'>,
  plan: EncodePlan,
  maxBytes = Infinity,
): void {
  const neededBytes = estimateMemory(bytes, header, plan, pixels?.bytes);
  if (neededBytes > maxBytes) {
    throw new ImageNeedsTooMuchMemoryError(
      Math.ceil(neededBytes / MiB),
      Math.floor(maxBytes / MiB),
    );
  }
}
