import { readExifOrientation } from './exif-orientation.js';
import { type ImageSize, applyOrientation } from './image-size.js';

/**
 * Reads the size of a PNG (third edition). An animated PNG has an `acTL` chunk before its pixel data.
 * @returns undefined if the bytes contain no pixel data
 */
export function readPngSize(bytes: Buffer): ImageSize | undefined {
  let animated = false;
  let orientation = 1;
  for (let offset = 8; offset + 8 <= bytes.length; offset += 12 + bytes.readUInt32BE(offset)) {
    const type = bytes.toString('latin1', offset + 4, offset + 8);
    if (type === 'acTL') animated = true;
    if (type === 'eXIf') {
      orientation = readExifOrientation(
        bytes.subarray(offset + 8, offset + 8 + bytes.readUInt32BE(offset)),
      );
    }
    if (type === 'IDAT') {
      const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
      return { ...applyOrientation(width, height, orientation), animated };
    }
  }
  return undefined;
}
