import { ImageNeedsTooMuchMemoryError } from './image-errors.js';
import type { EncodePlan } from './encode-image.js';
import type { ImageHeader } from './image-header.js';
import { readFrame } from './jpeg/frame.js';
import { MARKER, segmentAt } from './jpeg/segments.js';

const MiB = 1024 * 1024;

/** A decoder process with its libraries, before it reads an image. */
const PROCESS_BYTES = 96 * MiB;
/** Lines of the source that libvips keeps between the steps of a pipeline, whatever the height. */
const BUFFERED_LINES = 512;

/**
 * Bytes that an encoder holds for each pixel of its output, measured with 49 megapixels. The figures
 * are in docs/adr/0029-memory-budget-of-decoders.md.
 */
const ENCODER_BYTES: Readonly<
  Record<ImageHeader['format'], (plan: EncodePlan, header: ImageHeader) => number>
> = {
  // Huffman tables are made for the image: all coefficients wait for them.
  jpeg: ({ effort }) => (effort === 'fast' ? 1 : 6),
  // A palette is computed from all pixels.
  png: ({ quality }, { hasPalette }) => (quality < 100 || hasPalette ? 6 : 2),
  webp: ({ quality }) => (quality === 100 ? 20 : 6),
  avif: ({ quality }) => (quality < 90 ? 20 : 33),
  gif: () => 13,
  tiff: () => 1,
};

/**
 * Estimates the memory that a decoder needs for an image, from its header and what becomes of it.
 * @returns bytes, the process itself included
 */
export function estimateMemory(bytes: Buffer, header: ImageHeader, plan: EncodePlan): number {
  const pixels = header.width * header.height;
  const { bytesPerPixel } = header;
  const frames = keepsFrames(header, plan) ? header.frames : 1;
  const buffered = BUFFERED_LINES * header.width * bytesPerPixel;
  // Turning an image needs all of it.
  const turned = header.upright ? 0 : pixels * bytesPerPixel;
  const encoded = plan.width * plan.height * frames * ENCODER_BYTES[plan.format](plan, header);
  const decoded = DECODED_BYTES[header.format](header, pixels, bytes);
  return PROCESS_BYTES + bytes.length + buffered + turned + decoded + encoded;
}

/** @throws ImageNeedsTooMuchMemoryError before anything is decoded */
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

const keepsFrames = (header: ImageHeader, plan: EncodePlan): boolean =>
  header.frames > 1 && plan.format !== 'jpeg' && plan.format !== 'png' && plan.format !== 'avif';

/** Bytes that the decoder holds of a whole source of `pixels`. */
const DECODED_BYTES: Readonly<
  Record<ImageHeader['format'], (header: ImageHeader, pixels: number, bytes: Buffer) => number>
> = {
  jpeg: (_header, pixels, bytes) => coefficientBytes(bytes, pixels),
  png: ({ isProgressive, bytesPerPixel }, pixels) => (isProgressive ? pixels * bytesPerPixel : 0),
  webp: ({ frames, bytesPerPixel }, pixels) => pixels * (frames > 1 ? 8 : bytesPerPixel),
  avif: ({ bytesPerPixel }, pixels) => pixels * 6 * (bytesPerPixel > 4 ? 2 : 1),
  // The canvas, and the frame before it.
  gif: (_header, pixels) => pixels * 8,
  // One tile or strip may be the whole image.
  tiff: ({ bytesPerPixel }, pixels) => pixels * bytesPerPixel,
};

/** A JPEG of several scans (ITU-T T.81) is kept as coefficients of 16 bits until its last scan. */
function coefficientBytes(bytes: Buffer, pixels: number): number {
  let samples = 3;
  let components = 0;
  let isProgressive = false;
  let segment = segmentAt(bytes, 2);
  for (; segment; segment = segmentAt(bytes, segment.end)) {
    const { marker, payload } = segment;
    if (marker === MARKER.SOS) {
      const isInterleaved = payload[0] === components;
      return isProgressive || !isInterleaved ? pixels * samples * 2 : 0;
    }
    const frame = marker >= MARKER.SOF0 && marker <= MARKER.SOF2 ? readFrame(payload) : undefined;
    if (!frame) continue;
    isProgressive = marker === MARKER.SOF2;
    components = frame.components.length;
    const areas = frame.components.map(({ across, down }) => across * down);
    samples = areas.reduce((sum, area) => sum + area, 0) / Math.max(1, ...areas);
  }
  // Nothing that can be read here; the library says what to make of it.
  return pixels * samples * 2;
}
