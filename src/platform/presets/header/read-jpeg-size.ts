import { exifOrientation } from './exif-orientation.js';
import { type ImageSize, applyOrientation } from './image-size.js';

const EXIF = 'Exif\0\0';
const [APP1, TEM, RST0, EOI, SOS] = [0xe1, 0x01, 0xd0, 0xd9, 0xda];
/** DHT, JPG and DAC are in the range of the frame headers. */
const NO_FRAME = new Set([0xc4, 0xc8, 0xcc]);

/** ITU-T T.81, B.2.2. @returns undefined if the frame header is not among the bytes */
export function readJpegSize(bytes: Buffer): ImageSize | undefined {
  let orientation = 1;
  let at = 2;
  while (at + 9 <= bytes.length) {
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || marker === SOS || marker === EOI) return undefined;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === TEM || (marker >= RST0 && marker < EOI)) {
      at += 2;
      continue;
    }
    const payload = bytes.subarray(at + 4, at + 2 + bytes.readUInt16BE(at + 2));
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker)) {
      return applyOrientation(bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5), orientation);
    }
    if (marker === APP1 && payload.toString('latin1', 0, 6) === EXIF) {
      orientation = exifOrientation(payload.subarray(6));
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
