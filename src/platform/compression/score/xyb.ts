import type { RawImage } from '../local-error.js';

/** Red, green and blue (or X, Y and B) of an image, one plane each. */
export interface Planes {
  planes: [Float32Array, Float32Array, Float32Array];
  width: number;
  height: number;
}

/** Linear light of the 8-bit values of sRGB (IEC 61966-2-1). */
export const LINEAR = Float32Array.from({ length: 256 }, (_, value) => linearOf(value / 255));

function linearOf(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/**
 * Returns the linear light of an sRGB image.
 *
 * @param background color behind a transparent pixel, in sRGB from 0 to 1
 */
export function linearPlanes(image: RawImage, background: number): Planes {
  const { data, width, height, channels } = image;
  const pixels = width * height;
  const planes: Planes['planes'] = [
    new Float32Array(pixels),
    new Float32Array(pixels),
    new Float32Array(pixels),
  ];
  const isGray = channels < 3;
  const alphaAt = channels === 2 || channels === 4 ? channels - 1 : undefined;
  const behind = linearOf(background);
  for (let c = 0; c < 3; c++) {
    const plane = planes[c];
    const offset = isGray ? 0 : c;
    for (let i = 0, at = 0; i < pixels; i++, at += channels) {
      const alpha = alphaAt === undefined ? 255 : data[at + alphaAt];
      const value = data[at + offset];
      if (alpha === 255) plane[i] = LINEAR[value];
      else if (alpha === 0) plane[i] = behind;
      else plane[i] = linearOf((value * alpha) / (255 * 255) + (1 - alpha / 255) * background);
    }
  }
  return { planes, width, height };
}

/** Halves the width and height, rounded up. The last row and column repeat. */
export function halved({ planes, width, height }: Planes): Planes {
  const [columns, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const half = planes.map((plane) => {
    const out = new Float32Array(columns * rows);
    for (let y = 0, at = 0; y < rows; y++) {
      const top = 2 * y * width;
      const bottom = Math.min(2 * y + 1, height - 1) * width;
      for (let x = 0; x < columns; x++, at++) {
        const [left, right] = [2 * x, Math.min(2 * x + 1, width - 1)];
        const sum = plane[top + left] + plane[top + right];
        out[at] = (sum + plane[bottom + left] + plane[bottom + right]) / 4;
      }
    }
    return out;
  });
  return { planes: half as Planes['planes'], width: columns, height: rows };
}

/** Opsin absorbance of JPEG XL (ISO/IEC 18181-1): linear sRGB to the responses of the cones. */
const ABSORBANCE = {
  long: [0.3, 0.622, 0.078],
  middle: [0.23, 0.692, 0.078],
  short: [0.24342268924547819, 0.20476744424496821, 0.5518098665095535],
} as const;
const BIAS = 0.0037930732552754493;
const BIAS_ROOT = Math.cbrt(BIAS);

/** Number of table entries of cube roots up to 1. */
const ROOT_STEPS = 1 << 12;
const ROOTS = Float32Array.from({ length: ROOT_STEPS * 1.01 }, (_, i) => Math.cbrt(i / ROOT_STEPS));

/** Refines the nearest table entry by one step of Halley's method: exact to 6 digits, and 4 times as fast. */
function cubeRoot(value: number): number {
  const near = ROOTS[(value * ROOT_STEPS + 0.5) | 0];
  const cube = near * near * near;
  return (near * (cube + 2 * value)) / (2 * cube + value);
}

/**
 * Returns X, Y and B - Y, each shifted and scaled to 0 to 1, as SSIMULACRA 2 compares them.
 *
 * @param hasBlue whether to compute B - Y
 */
export function positiveXyb({ planes, width, height }: Planes, hasBlue: boolean): Float32Array[] {
  const [red, green, blue] = planes;
  const pixels = width * height;
  const xs = new Float32Array(pixels);
  const ys = new Float32Array(pixels);
  const { long, middle, short } = ABSORBANCE;
  for (let i = 0; i < pixels; i++) {
    const [r, g, b] = [red[i], green[i], blue[i]];
    const l = cubeRoot(long[0] * r + long[1] * g + long[2] * b + BIAS) - BIAS_ROOT;
    const m = cubeRoot(middle[0] * r + middle[1] * g + middle[2] * b + BIAS) - BIAS_ROOT;
    xs[i] = ((l - m) / 2) * 14 + 0.42;
    ys[i] = (l + m) / 2 + 0.01;
  }
  if (!hasBlue) return [xs, ys];
  const bs = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const light = short[0] * red[i] + short[1] * green[i] + short[2] * blue[i];
    bs[i] = cubeRoot(light + BIAS) - BIAS_ROOT - (ys[i] - 0.01) + 0.55;
  }
  return [xs, ys, bs];
}
