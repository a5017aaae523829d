import { invertMatrix, type Matrix } from './matrix.js';

/** CIELAB in TIFF 6.0 stores signed a* and b* values. ICCLAB in its supplement adds 128. */
export type LabEncoding = 'signed' | 'offset';

const [WHITE_X, WHITE_Z] = [0.9642, 0.8249];
/** Linear red, green and blue of sRGB as XYZ, adapted to D50. */
const SRGB_TO_XYZ: Matrix = [
  [0.4361, 0.3851, 0.1431],
  [0.2225, 0.7169, 0.0606],
  [0.0139, 0.0971, 0.7141],
];
const [RED, GREEN, BLUE] = invertMatrix(SRGB_TO_XYZ)!;
/** Number of steps of linear light. Even the darkest step is less than 1 of 255 levels. */
const LIGHT_STEPS = 8191;
const SRGB_BY_LIGHT_STEP = Uint8Array.from({ length: LIGHT_STEPS + 1 }, (_, i) => {
  const light = i / LIGHT_STEPS;
  return Math.round(
    255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055),
  );
});

/** Converts 8-bit pixels of L*, a* and b* to sRGB in place (CIE 1976, D50). */
export function convertLabToSrgb(pixels: Buffer, encoding: LabEncoding): void {
  const axisValues = Float64Array.from({ length: 256 }, (_, byte) => {
    if (encoding === 'offset') return byte - 128;
    return byte < 128 ? byte : byte - 256;
  });
  for (let offset = 0; offset + 2 < pixels.length; offset += 3) {
    const y = ((pixels[offset] / 255) * 100 + 16) / 116;
    const x = WHITE_X * decodeLabComponent(y + axisValues[pixels[offset + 1]] / 500);
    const z = WHITE_Z * decodeLabComponent(y - axisValues[pixels[offset + 2]] / 200);
    const luminance = decodeLabComponent(y);
    pixels[offset] = encodeSrgb(RED[0] * x + RED[1] * luminance + RED[2] * z);
    pixels[offset + 1] = encodeSrgb(GREEN[0] * x + GREEN[1] * luminance + GREEN[2] * z);
    pixels[offset + 2] = encodeSrgb(BLUE[0] * x + BLUE[1] * luminance + BLUE[2] * z);
  }
}

const decodeLabComponent = (t: number): number =>
  t > 6 / 29 ? t * t * t : 3 * (6 / 29) ** 2 * (t - 4 / 29);

const encodeSrgb = (light: number): number =>
  SRGB_BY_LIGHT_STEP[Math.round(Math.min(1, Math.max(0, light)) * LIGHT_STEPS)];
