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
const LINEAR_BY_SAMPLE = Float32Array.from({ length: 256 }, (_, value) =>
  toLinearLight(value / 255),
);
/** Number of steps when two 8-bit values are blended by an 8-bit alpha. */
const BLEND_STEPS = 255 * 255;
/** Linear light of each blend step. Computing a power for each pixel would take longer than the score. */
let blendedLight: Float32Array | undefined;
/** Number of image rows that are quartered at a time. Must be a multiple of 4. */
const STRIP_ROWS = 32;

function toLinearLight(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

export const getWholeRegion = ({ width, height }: RawImage): Region => ({
  left: 0,
  top: 0,
  width,
  height,
});

/**
 * Converts a part of an sRGB image to linear light.
 *
 * @param background color behind a transparent pixel, in sRGB from 0 to 1
 */
export function createLinearPlanes(
  memory: ScoreMemory,
  image: RawImage,
  region: Region,
  background: number,
): LinearPlanes {
  const { width, height } = region;
  const linear = allocatePlanes(memory, width, height);
  for (const [color, plane] of linear.planes.entries()) {
    const values = memory.getFloats(plane, width, height);
    if (image.channels % 2 === 0) writeBlendedPlane(image, color, region, background, values);
    else writeOpaquePlane(image, color, region, values);
  }
  return linear;
}

function writeOpaquePlane(
  { data, width: imageWidth, channels }: RawImage,
  color: number,
  { left, top, width, height }: Region,
  plane: Float32Array,
): void {
  const stride = getStride(width);
  for (let y = 0; y < height; y++) {
    const end = y * stride + width;
    let offset = ((top + y) * imageWidth + left) * channels + (channels < 3 ? 0 : color);
    for (let outputIndex = y * stride; outputIndex < end; outputIndex++, offset += channels)
      plane[outputIndex] = LINEAR_BY_SAMPLE[data[offset]];
  }
}

function writeBlendedPlane(
  { data, width: imageWidth, channels }: RawImage,
  color: number,
  { left, top, width, height }: Region,
  background: number,
  plane: Float32Array,
): void {
  const stride = getStride(width);
  const offset = channels < 3 ? 0 : color;
  const backgroundLight = toLinearLight(background);
  blendedLight ??= Float32Array.from({ length: BLEND_STEPS + 1 }, (_, step) =>
    toLinearLight(step / BLEND_STEPS),
  );
  for (let y = 0; y < height; y++) {
    const end = y * stride + width;
    let position = ((top + y) * imageWidth + left) * channels;
    for (let outputIndex = y * stride; outputIndex < end; outputIndex++, position += channels) {
      const alpha = data[position + channels - 1];
      const value = data[position + offset];
      if (alpha === 255) plane[outputIndex] = LINEAR_BY_SAMPLE[value];
      else if (alpha === 0) plane[outputIndex] = backgroundLight;
      else
        plane[outputIndex] =
          blendedLight[Math.round(value * alpha + (255 - alpha) * 255 * background)];
    }
  }
}

/** Halves the width and height, rounded up. Repeats the last row and column. */
export function halvePlanes(
  memory: ScoreMemory,
  { planes, width, height }: LinearPlanes,
): LinearPlanes {
  const halfPlanes = allocatePlanes(memory, Math.ceil(width / 2), Math.ceil(height / 2));
  for (const [color, plane] of planes.entries()) {
    memory.functions.halve(plane, width, height, halfPlanes.planes[color]);
  }
  return halfPlanes;
}

/** Halves an image twice without creating full-size planes. */
export function createQuarterPlanes(
  memory: ScoreMemory,
  image: RawImage,
  background: number,
): LinearPlanes {
  const { width, height } = image;
  const quarterPlanes = allocatePlanes(memory, Math.ceil(width / 4), Math.ceil(height / 4));
  const { end } = memory;
  for (let top = 0; top < height; top += STRIP_ROWS) {
    const region = { left: 0, top, width, height: Math.min(STRIP_ROWS, height - top) };
    const halfPlanes = halvePlanes(memory, createLinearPlanes(memory, image, region, background));
    const stripPlanes = halvePlanes(memory, halfPlanes);
    for (const [color, plane] of stripPlanes.planes.entries()) {
      const rows = memory.getFloats(plane, stripPlanes.width, stripPlanes.height);
      const targetStart = getStride(quarterPlanes.width) * (top / 4);
      memory
        .getFloats(quarterPlanes.planes[color], quarterPlanes.width, quarterPlanes.height)
        .set(rows, targetStart);
    }
    memory.rewindTo(end);
  }
  return quarterPlanes;
}

function allocatePlanes(memory: ScoreMemory, width: number, height: number): LinearPlanes {
  const allocatePlane = () => memory.allocatePlane(width, height);
  return { planes: [allocatePlane(), allocatePlane(), allocatePlane()], width, height };
}
