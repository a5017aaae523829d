import type { ImageSize } from './image-size.js';

const [EXTENSION, IMAGE] = [0x21, 0x2c];

/**
 * GIF89a. A GIF is animated if it has a second image.
 * @param isWhole false: more bytes follow
 * @returns undefined if neither a second image nor the end is among the bytes
 */
export function readGifSize(bytes: Buffer, isWhole: boolean): ImageSize | undefined {
  if (bytes.length < 13) return undefined;
  const [width, height] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  let images = 0;
  let at = 13 + colorTableBytes(bytes[10]);
  while (at < bytes.length) {
    if (bytes[at] === IMAGE) {
      images += 1;
      if (images > 1) return { width, height, animated: true };
      at = findBlocksEnd(bytes, at + 11 + colorTableBytes(bytes[at + 9] ?? 0));
    } else if (bytes[at] === EXTENSION) {
      at = findBlocksEnd(bytes, at + 2);
    } else {
      return { width, height, animated: false };
    }
  }
  return isWhole ? { width, height, animated: false } : undefined;
}

const colorTableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

function findBlocksEnd(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== 0) at += bytes[at] + 1;
  return at + 1;
}
