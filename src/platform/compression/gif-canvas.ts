import { markGifIndexes } from './gif-pixels.js';
import { gifBlocks } from './strip-gif.js';
import { insertBytes } from './insert-bytes.js';

const HAS_TRANSPARENCY = 1;
/** A graphic control extension without delay: its flags and its transparent index follow from the image. */
const GRAPHIC_CONTROL = [0x21, 0xf9, 4, HAS_TRANSPARENCY, 0, 0];

/**
 * Declares a transparent index if the first frame does not cover the screen. Browsers show the rest as
 * transparent; the library drops the opacity of a GIF without such an index, and the rest becomes black.
 *
 * @returns the original bytes if the screen is covered, or if the first frame uses all 256 indexes
 */
export function nameTransparentIndex(bytes: Buffer): Buffer {
  let control: number | undefined;
  let first: { start: number; data: number; control?: number } | undefined;
  for (const { start, type, data } of gifBlocks(bytes)) {
    if (type === 'control') {
      if ((bytes[start + 3] ?? 0) & HAS_TRANSPARENCY) return bytes;
      control = start;
    } else if (type === 'image') {
      if (!first && coversScreen(bytes, start)) return bytes;
      first ??= { start, data, control };
    }
  }
  const index = first && unusedIndex(bytes, first.data);
  if (first === undefined || index === undefined) return bytes;
  if (first.control === undefined) {
    const extension = Buffer.from([...GRAPHIC_CONTROL, index, 0]);
    const changed = insertBytes(bytes, first.start, extension);
    changed.write('GIF89a', 'latin1');
    return changed;
  }
  const changed = Buffer.from(bytes);
  changed[first.control + 3] |= HAS_TRANSPARENCY;
  changed[first.control + 6] = index;
  return changed;
}

function coversScreen(bytes: Buffer, image: number): boolean {
  if (image + 9 > bytes.length) return true;
  const [left, top, width, height] = [1, 3, 5, 7].map((at) => bytes.readUInt16LE(image + at));
  return (
    left === 0 && top === 0 && width >= bytes.readUInt16LE(6) && height >= bytes.readUInt16LE(8)
  );
}

/** Returns an index that no pixel of the image has. */
function unusedIndex(bytes: Buffer, data: number): number | undefined {
  const minBits = bytes[data] ?? 8;
  if (minBits < 8) return 1 << minBits;
  const index = markGifIndexes(bytes, data).indexOf(0);
  return index < 0 ? undefined : index;
}
