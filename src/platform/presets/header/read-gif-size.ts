import type { ImageSize } from './image-size.js';

const [EXTENSION_INTRODUCER, IMAGE_SEPARATOR] = [0x21, 0x2c];

/**
 * Reads the size of a GIF (GIF89a). A GIF is animated if it contains a second image.
 * @param isComplete false if more bytes follow
 * @returns undefined if the bytes contain neither a second image nor the end of the file
 */
export function readGifSize(bytes: Buffer, isComplete: boolean): ImageSize | undefined {
  if (bytes.length < 13) return undefined;
  const [width, height] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  let imageCount = 0;
  let offset = 13 + getColorTableBytes(bytes[10]);
  while (offset < bytes.length) {
    if (bytes[offset] === IMAGE_SEPARATOR) {
      imageCount += 1;
      if (imageCount > 1) return { width, height, animated: true };
      offset = findBlocksEnd(bytes, offset + 11 + getColorTableBytes(bytes[offset + 9] ?? 0));
    } else if (bytes[offset] === EXTENSION_INTRODUCER) {
      offset = findBlocksEnd(bytes, offset + 2);
    } else {
      return { width, height, animated: false };
    }
  }
  return isComplete ? { width, height, animated: false } : undefined;
}

const getColorTableBytes = (flags: number): number =>
  flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;

function findBlocksEnd(bytes: Buffer, start: number): number {
  let offset = start;
  while (offset < bytes.length && bytes[offset] !== 0) offset += bytes[offset] + 1;
  return offset + 1;
}
