import type { RawImage } from '../local-error.js';
import { halved, LINEAR, linearPlanes, type Planes } from './xyb.js';

const SIDE = 4;

/** Returns the mean linear light of 4 x 4 pixels each, without the planes of the whole image. */
export function quartered(image: RawImage, background: number): Planes {
  return image.channels % 2 === 0 ? quarteredAlpha(image, background) : quarteredOpaque(image);
}

function quarteredOpaque({ data, width, height, channels }: RawImage): Planes {
  const [columns, rows] = [Math.ceil(width / SIDE), Math.ceil(height / SIDE)];
  const planes: Planes['planes'] = emptyPlanes(columns * rows);
  for (let c = 0; c < 3; c++) {
    const plane = planes[c];
    const offset = channels === 1 ? 0 : c;
    for (let y = 0; y < height; y++) {
      const row = (y >> 2) * columns;
      let at = y * width * channels + offset;
      for (let x = 0; x < width; x++, at += channels) plane[row + (x >> 2)] += LINEAR[data[at]];
    }
    for (let i = 0; i < plane.length; i++) {
      const across = Math.min(SIDE, width - (i % columns) * SIDE);
      const down = Math.min(SIDE, height - Math.floor(i / columns) * SIDE);
      plane[i] /= across * down;
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
