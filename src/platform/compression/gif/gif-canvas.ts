import { markGifIndexes } from './gif-pixels.js';
import { readGifBlocks } from '../metadata/strip-gif.js';
import { insertBytes } from '../insert-bytes.js';

const TRANSPARENCY_FLAG = 1;
/** Disposal method: the area of the frame is cleared before the next frame. */
const RESTORE_TO_BACKGROUND = 2;
/** Start of a graphic control extension with transparency and without delay. The transparent index follows. */
const GRAPHIC_CONTROL = [0x21, 0xf9, 4, TRANSPARENCY_FLAG, 0, 0];

/** Longer animations are returned unchanged. */
const MAX_FRAMES = 10_000;

interface Frame {
  start: number;
  dataStart: number;
  /** Position of the graphic control extension of the frame. */
  controlStart?: number;
}

/**
 * Declares transparent indexes if the frames leave part of the screen empty: the first frame does
 * not cover it, or a frame is cleared before a smaller one. Browsers show that part as transparent.
 * Without such an index, sharp drops the transparency or clears the frame to a color.
 *
 * @returns the original bytes if the screen is always covered, or if the frames use all 256 indexes
 */
export function declareTransparentIndex(bytes: Buffer): Buffer {
  const frames = readFrames(bytes);
  const isUncovered = ({ start }: Frame) => !coversScreen(bytes, start);
  const clearedFrames = frames.filter(
    (frame, index) =>
      isClearedAfter(bytes, frame) && frames.slice(index + 1, index + 2).some(isUncovered),
  );
  const isTransparent = (frame: Frame) => hasTransparency(bytes, frame);
  const hasTransparentIndex = frames.some(isTransparent);
  const opaqueFrames = clearedFrames.filter((frame) => !isTransparent(frame));
  if (opaqueFrames.length === 0) {
    const isFirstFrameUncovered = !hasTransparentIndex && frames.slice(0, 1).some(isUncovered);
    return isFirstFrameUncovered ? declareIndexInFirstFrame(bytes, frames[0]) : bytes;
  }
  const output = Buffer.from(bytes);
  for (const frame of opaqueFrames) declareIndexInFrame(output, frame);
  return output;
}

function readFrames(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  let controlStart: number | undefined;
  for (const { start, type, dataStart } of readGifBlocks(bytes)) {
    if (type === 'control') controlStart = start;
    if (type !== 'image') continue;
    if (frames.push({ start, dataStart, controlStart }) > MAX_FRAMES) return [];
    controlStart = undefined;
  }
  return frames;
}

/** Declares a transparent index in the first frame. Inserts the graphic control extension if it is missing. */
function declareIndexInFirstFrame(bytes: Buffer, frame: Frame): Buffer {
  if (frame.controlStart !== undefined) {
    const output = Buffer.from(bytes);
    declareIndexInFrame(output, frame);
    return output;
  }
  const index = findUnusedIndex(bytes, frame.dataStart);
  if (index === undefined) return bytes;
  const extension = Buffer.from([...GRAPHIC_CONTROL, index, 0]);
  const output = insertBytes(bytes, frame.start, extension);
  output.write('GIF89a', 'latin1');
  return output;
}

function declareIndexInFrame(output: Buffer, { dataStart, controlStart }: Frame): void {
  const index = findUnusedIndex(output, dataStart);
  if (index === undefined || controlStart === undefined || controlStart + 6 >= output.length)
    return;
  output[controlStart + 3] |= TRANSPARENCY_FLAG;
  output[controlStart + 6] = index;
}

const readFlags = (bytes: Buffer, { controlStart }: Frame): number =>
  controlStart === undefined ? 0 : (bytes[controlStart + 3] ?? 0);

const hasTransparency = (bytes: Buffer, frame: Frame): boolean =>
  (readFlags(bytes, frame) & TRANSPARENCY_FLAG) !== 0;

const isClearedAfter = (bytes: Buffer, frame: Frame): boolean =>
  ((readFlags(bytes, frame) >> 2) & 7) === RESTORE_TO_BACKGROUND;

function coversScreen(bytes: Buffer, imageStart: number): boolean {
  if (imageStart + 9 > bytes.length) return true;
  const [left, top, width, height] = [1, 3, 5, 7].map((offset) =>
    bytes.readUInt16LE(imageStart + offset),
  );
  return (
    left === 0 && top === 0 && width >= bytes.readUInt16LE(6) && height >= bytes.readUInt16LE(8)
  );
}

/** Returns an index that no pixel of the image uses. */
function findUnusedIndex(bytes: Buffer, dataStart: number): number | undefined {
  const minBits = bytes[dataStart] ?? 8;
  if (minBits < 8) return 1 << minBits;
  const index = markGifIndexes(bytes, dataStart).indexOf(0);
  return index < 0 ? undefined : index;
}
