import { exifOrientation } from './exif-orientation.js';
import { type ImageSize, applyOrientation } from './image-size.js';

/** PNG, third edition: `acTL` precedes the pixels. @returns undefined if the pixels begin beyond the bytes */
export function readPngSize(bytes: Buffer): ImageSize | undefined {
  let animated = false;
  let orientation = 1;
  for (let at = 8; at + 8 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'acTL') animated = true;
    if (type === 'eXIf') {
      orientation = exifOrientation(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
    }
    if (type === 'IDAT') {
      const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
      return { ...applyOrientation(width, height, orientation), animated };
    }
  }
  return undefined;
}
