import type { RawImage } from '../encode/local-error.js';
import { type Address, type ScoreMemory, getStride } from './score-memory.js';

/** Red, green and blue in linear light, one plane each. */
export interface LinearPlanes {
  planes: [red: Address, green: Address, blue: Address];
  width: number;
  height: number;
}

/** A part of an image, in pixels. */
export interface Region {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Linear light of the 8-bit values of sRGB (IEC 61966-2-1). */
const LINEAR = Float32Array.from({ length: 256 }, (_, value) => toLinear(value / 255));
/** Steps of a blend of two 8-bit values by an 8-bit alpha. */
const BLEND_STEPS = 255 * 255;
/** Linear light of each blend. A power for each pixel would take longer than the score. */
let blends: Float32Array | undefined;
/** Rows of an image whose planes are in memory at once to quarter them. A multiple of 4. */
const STRIP_ROWS = 32;

function toLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

export const wholeImage = ({ width, height }: RawImage): Region => ({
  left: 0,
  top: 0,
  width,
  height,
});

/**
 * Writes the linear light of a part of an sRGB image.
 *
 * @param background color behind a transparent pixel, in sRGB from 0 to 1
 */
export function linearPlanes(
  memory: ScoreMemory,
  image: RawImage,
  region: Region,
  background: number,
): LinearPlanes {
  const { width, height } = region;
  const linear = allocatePlanes(memory, width, height);
  for (const [color, plane] of linear.planes.entries()) {
    const numbers = memory.floats(plane, width, height);
    if (image.channels % 2 === 0) writeBlended(image, color, region, background, numbers);
    else writeOpaque(image, color, region, numbers);
  }
  return linear;
}

function writeOpaque(
  { data, width: columns, channels }: RawImage,
  color: number,
  { left, top, width, height }: Region,
  plane: Float32Array,
): void {
  const stride = getStride(width);
  for (let y = 0; y < height; y++) {
    const end = y * stride + width;
    let at = ((top + y) * columns + left) * channels + (channels < 3 ? 0 : color);
    for (let out = y * stride; out < end; out++, at += channels) plane[out] = LINEAR[data[at]];
  }
}

function writeBlended(
  { data, width: columns, channels }: RawImage,
  color: number,
  { left, top, width, height }: Region,
  background: number,
  plane: Float32Array,
): void {
  const stride = getStride(width);
  const offset = channels < 3 ? 0 : color;
  const behind = toLinear(background);
  blends ??= Float32Array.from({ length: BLEND_STEPS + 1 }, (_, step) =>
    toLinear(step / BLEND_STEPS),
  );
  for (let y = 0; y < height; y++) {
    const end = y * stride + width;
    let at = ((top + y) * columns + left) * channels;
    for (let out = y * stride; out < end; out++, at += channels) {
      const alpha = data[at + channels - 1];
      const value = data[at + offset];
      if (alpha === 255) plane[out] = LINEAR[value];
      else if (alpha === 0) plane[out] = behind;
      else plane[out] = blends[Math.round(value * alpha + (255 - alpha) * 255 * background)];
    }
  }
}

/** Halves the width and height, rounded up. The last row and column repeat. */
export function halvePlane(
  memory: ScoreMemory,
  { planes, width, height }: LinearPlanes,
): LinearPlanes {
  const half = allocatePlanes(memory, Math.ceil(width / 2), Math.ceil(height / 2));
  for (const [color, plane] of planes.entries()) {
    memory.functions.halve(plane, width, height, half.planes[color]);
  }
  return half;
}

/** Halves an image twice, without planes of its full size. */
export function quarterPlane(
  memory: ScoreMemory,
  image: RawImage,
  background: number,
): LinearPlanes {
  const { width, height } = image;
  const quarter = allocatePlanes(memory, Math.ceil(width / 4), Math.ceil(height / 4));
  const { end } = memory;
  for (let top = 0; top < height; top += STRIP_ROWS) {
    const region = { left: 0, top, width, height: Math.min(STRIP_ROWS, height - top) };
    const half = halvePlane(memory, linearPlanes(memory, image, region, background));
    const strip = halvePlane(memory, half);
    for (const [color, plane] of strip.planes.entries()) {
      const rows = memory.floats(plane, strip.width, strip.height);
      const to = getStride(quarter.width) * (top / 4);
      memory.floats(quarter.planes[color], quarter.width, quarter.height).set(rows, to);
    }
    memory.rewind(end);
  }
  return quarter;
}

function allocatePlanes(memory: ScoreMemory, width: number, height: number): LinearPlanes {
  const allocate = () => memory.allocatePlane(width, height);
  return { planes: [allocate(), allocate(), allocate()], width, height };
}
