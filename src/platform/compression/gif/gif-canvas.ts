import { markGifIndexes } from './gif-pixels.js';
import { gifBlocks } from '../metadata/strip-gif.js';
import { insertBytes } from '../insert-bytes.js';

const HAS_TRANSPARENCY = 1;
/** Disposal method: the area of the frame is cleared before the next frame. */
const RESTORE_TO_BACKGROUND = 2;
/** A graphic control extension without delay: its flags and its transparent index follow from the image. */
const GRAPHIC_CONTROL = [0x21, 0xf9, 4, HAS_TRANSPARENCY, 0, 0];

/** Longer animations are not decoded. */
const MAX_FRAMES = 10_000;

interface Frame {
  start: number;
  data: number;
  /** Position of its graphic control extension. */
  control?: number;
}

/**
 * Declares transparent indexes if the frames leave a part of the screen empty: the first frame does
 * not cover it, or a frame is cleared before a smaller one. Browsers show that part as transparent.
 * Without such an index, the library drops the transparency or clears the frame to a color.
 *
 * @returns the original bytes if the screen is always covered, or if the frames use all 256 indexes
 */
export function nameTransparentIndex(bytes: Buffer): Buffer {
  const frames = readFrames(bytes);
  const isUncovered = ({ start }: Frame) => !coversScreen(bytes, start);
  const cleared = frames.filter(
    (frame, at) => isClearedAfter(bytes, frame) && frames.slice(at + 1, at + 2).some(isUncovered),
  );
  const isTransparent = (frame: Frame) => hasTransparency(bytes, frame);
  const isDeclared = frames.some(isTransparent);
  const opaque = cleared.filter((frame) => !isTransparent(frame));
  if (opaque.length === 0) {
    const isOpen = !isDeclared && frames.slice(0, 1).some(isUncovered);
    return isOpen ? declareFirst(bytes, frames[0]) : bytes;
  }
  const changed = Buffer.from(bytes);
  for (const frame of opaque) declare(changed, frame);
  return changed;
}

function readFrames(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  let control: number | undefined;
  for (const { start, type, data } of gifBlocks(bytes)) {
    if (type === 'control') control = start;
    if (type !== 'image') continue;
    if (frames.push({ start, data, control }) > MAX_FRAMES) return [];
    control = undefined;
  }
  return frames;
}

/** Inserts the extension that a frame without one needs. */
function declareFirst(bytes: Buffer, frame: Frame): Buffer {
  if (frame.control !== undefined) {
    const changed = Buffer.from(bytes);
    declare(changed, frame);
    return changed;
  }
  const index = findUnusedIndex(bytes, frame.data);
  if (index === undefined) return bytes;
  const extension = Buffer.from([...GRAPHIC_CONTROL, index, 0]);
  const changed = insertBytes(bytes, frame.start, extension);
  changed.write('GIF89a', 'latin1');
  return changed;
}

function declare(changed: Buffer, { data, control }: Frame): void {
  const index = findUnusedIndex(changed, data);
  if (index === undefined || control === undefined || control + 6 >= changed.length) return;
  changed[control + 3] |= HAS_TRANSPARENCY;
  changed[control + 6] = index;
}

const readFlags = (bytes: Buffer, { control }: Frame): number =>
  control === undefined ? 0 : (bytes[control + 3] ?? 0);

const hasTransparency = (bytes: Buffer, frame: Frame): boolean =>
  (readFlags(bytes, frame) & HAS_TRANSPARENCY) !== 0;

const isClearedAfter = (bytes: Buffer, frame: Frame): boolean =>
  ((readFlags(bytes, frame) >> 2) & 7) === RESTORE_TO_BACKGROUND;

function coversScreen(bytes: Buffer, image: number): boolean {
  if (image + 9 > bytes.length) return true;
  const [left, top, width, height] = [1, 3, 5, 7].map((at) => bytes.readUInt16LE(image + at));
  return (
    left === 0 && top === 0 && width >= bytes.readUInt16LE(6) && height >= bytes.readUInt16LE(8)
  );
}

/** Returns an index that no pixel of the image has. */
function findUnusedIndex(bytes: Buffer, data: number): number | undefined {
  const minBits = bytes[data] ?? 8;
  if (minBits < 8) return 1 << minBits;
  const index = markGifIndexes(bytes, data).indexOf(0);
  return index < 0 ? undefined : index;
}
