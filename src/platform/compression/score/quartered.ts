import type { RawImage } from '../local-error.js';
import { halved, LINEAR, linearPlanes, type Planes } from './xyb.js';

const SIDE = 4;
/** Steps of linear light from 0 to 1. The sum of 16 pixels is a small integer, which is added fast. */
const STEPS = 2 ** 26;
const LINEAR_STEPS = Int32Array.from(LINEAR, (value) => value * STEPS);

/** Returns the mean linear light of 4 x 4 pixels each, without the planes of the whole image. */
export function quartered(image: RawImage, background: number): Planes {
  return image.channels % 2 === 0 ? quarteredAlpha(image, background) : quarteredOpaque(image);
}

function quarteredOpaque({ data, width, height, channels }: RawImage): Planes {
  const [columns, rows] = [Math.ceil(width / SIDE), Math.ceil(height / SIDE)];
  const planes = emptyPlanes(columns * rows);
  const [reds, greens, blues] = planes;
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  const rowBytes = width * channels;
  for (let row = 0, out = 0; row < rows; row++) {
    const top = row * SIDE;
    const down = Math.min(SIDE, height - top);
    for (let column = 0; column < columns; column++, out++) {
      const across = Math.min(SIDE, width - column * SIDE);
      let [r, g, b] = [0, 0, 0];
      for (let y = 0; y < down; y++) {
        let at = (top + y) * rowBytes + column * SIDE * channels;
        for (let x = 0; x < across; x++, at += channels) {
          r += LINEAR_STEPS[data[at]];
          g += LINEAR_STEPS[data[at + green]];
          b += LINEAR_STEPS[data[at + blue]];
        }
      }
      const share = 1 / (across * down * STEPS);
      reds[out] = r * share;
      greens[out] = g * share;
      blues[out] = b * share;
    }
  }
  return { planes, width: columns, height: rows };
}

function quarteredAlpha(image: RawImage, background: number): Planes {
  const [width, height] = [image.width, image.height].map((side) => Math.ceil(side / SIDE));
  const planes = emptyPlanes(width * height);
  const rowBytes = image.width * image.channels;
  for (let row = 0; row < height; row++) {
    const rows = Math.min(SIDE, image.height - row * SIDE);
    const from = row * SIDE * rowBytes;
    const data = image.data.subarray(from, from + rows * rowBytes);
    const strip = halved(halved(linearPlanes({ ...image, data, height: rows }, background)));
    for (const [c, plane] of planes.entries()) {
      plane.set(strip.planes[c].subarray(0, width), row * width);
    }
  }
  return { planes, width, height };
}

const emptyPlanes = (pixels: number): Planes['planes'] => [
  new Float32Array(pixels),
  new Float32Array(pixels),
  new Float32Array(pixels),
];
