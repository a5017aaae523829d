import { readExifOrientation } from './exif-orientation.js';
import { type ImageSize, applyOrientation } from './image-size.js';

const EXIF_SIGNATURE = 'Exif\0\0';
const [APP1, TEM, RST0, EOI, SOS] = [0xe1, 0x01, 0xd0, 0xd9, 0xda];
/** DHT, JPG and DAC. Their codes are in the range of the frame headers (SOF). */
const NON_FRAME_MARKERS = new Set([0xc4, 0xc8, 0xcc]);

/**
 * Reads the size of a JPEG from its frame header (ITU-T T.81, B.2.2).
 * @returns undefined if the bytes do not contain the frame header
 */
export function readJpegSize(bytes: Buffer): ImageSize | undefined {
  let orientation = 1;
  let offset = 2;
  while (offset + 9 <= bytes.length) {
    const marker = bytes[offset + 1];
    if (bytes[offset] !== 0xff || marker === SOS || marker === EOI) return undefined;
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    if (marker === TEM || (marker >= RST0 && marker < EOI)) {
      offset += 2;
      continue;
    }
    const payload = bytes.subarray(offset + 4, offset + 2 + bytes.readUInt16BE(offset + 2));
    if (marker >= 0xc0 && marker <= 0xcf && !NON_FRAME_MARKERS.has(marker)) {
      return applyOrientation(
        bytes.readUInt16BE(offset + 7),
        bytes.readUInt16BE(offset + 5),
        orientation,
      );
    }
    if (marker === APP1 && payload.toString('latin1', 0, 6) === EXIF_SIGNATURE) {
      orientation = readExifOrientation(payload.subarray(6));
    }
    offset += 2 + bytes.readUInt16BE(offset + 2);
  }
  return undefined;
}
