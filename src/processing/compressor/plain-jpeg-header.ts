import type { ImageHeader } from './inspect-image.js';

const SOF0 = 0xc0;
const SOF2 = 0xc2;
const DHT = 0xc4;
const SOS = 0xda;
const DQT = 0xdb;
const DRI = 0xdd;
const APP0 = 0xe0;
const COM = 0xfe;
/** Whatever turns a picture, or says what its colours mean, stands in another one. */
const PLAIN = [DHT, DQT, DRI, APP0, COM];

/**
 * The header of a JPEG that says nothing but its size: no EXIF, no profile, no Adobe transform. Most
 * pictures of shops are such; to ask the library takes longer than a thumbnail's coefficients.
 *
 * @returns nothing for any other, and for one with anything wrong
 */
export function plainJpegHeader(bytes: Buffer): ImageHeader | undefined {
  let frame: Buffer | undefined;
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = bytes[at + 1];
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (bytes[at] !== 0xff || end > bytes.length) return undefined;
    if (marker === SOS) return frame && headerOf(frame);
    if (marker >= SOF0 && marker <= SOF2) {
      if (frame) return undefined;
      frame = bytes.subarray(at + 4, end);
    } else if (!PLAIN.includes(marker)) {
      return undefined;
    }
    at = end;
  }
  return undefined;
}

/** ITU-T T.81, B.2.2. */
function headerOf(frame: Buffer): ImageHeader | undefined {
  if (frame.length < 6 || frame[0] !== 8) return undefined;
  const [height, width, components] = [frame.readUInt16BE(1), frame.readUInt16BE(3), frame[5]];
  if (height === 0 || width === 0 || (components !== 1 && components !== 3)) return undefined;
  return {
    format: 'jpeg',
    width,
    height,
    frames: 1,
    hasAlpha: false,
    hasPalette: false,
    isGrey: components === 1,
    isAnimatedPng: false,
    upright: true,
    srgb: true,
    hasMetadata: false,
  };
}
