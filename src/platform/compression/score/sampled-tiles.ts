import type { RawImage } from '../local-error.js';

/** Maximum range of luma, 0 to 255, in an even tile, which every encoder keeps. */
const EVEN_RANGE = 3;
/** Every n-th pixel in both directions decides how active a tile is. */
const STEP = 4;

/** A part of an image, and the share of the image that it represents. */
export interface SampledTile {
  left: number;
  top: number;
  width: number;
  height: number;
  weight: number;
}

/**
 * Selects tiles that represent an image: evenly over all tiles in the order of their activity. Even tiles are
 * omitted. Their errors count as zero.
 *
 * @param side width and height of a tile, in pixels
 * @param maxTiles maximum number of selected tiles
 */
export function sampledTiles(image: RawImage, side: number, maxTiles: number): SampledTile[] {
  const size = { width: Math.min(image.width, side), height: Math.min(image.height, side) };
  const lefts = positions(image.width, size.width);
  const tops = positions(image.height, size.height);
  const tiles = tops
    .flatMap((top) => lefts.map((left) => ({ left, top, ...size })))
    .map((tile) => ({ ...tile, ...activityOf(image, tile) }));
  const active = tiles.filter(({ range }) => range > EVEN_RANGE).toSorted((a, b) => b.sum - a.sum);
  const count = Math.min(maxTiles, active.length);
  const weight = active.length / tiles.length / Math.max(1, count);
  return Array.from({ length: count }, (_, index) => {
    const { left, top } = active[Math.floor(((index + 0.5) * active.length) / count)];
    return { left, top, ...size, weight };
  });
}

/** Returns positions that spread as many parts as fit over a length. */
function positions(length: number, part: number): number[] {
  const count = Math.floor(length / part);
  if (count === 1) return [Math.floor((length - part) / 2)];
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - part)) / (count - 1)));
}

/** Copies a tile. */
export function tileOf(image: RawImage, { left, top, width, height }: SampledTile): RawImage {
  const { channels } = image;
  const data = Buffer.allocUnsafe(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * channels;
    image.data.copy(data, y * width * channels, from, from + width * channels);
  }
  return { data, width, height, channels };
}

/** Returns the range of luma, and the sum of its differences between neighbors. */
function activityOf(
  { data, width: stride, channels }: RawImage,
  { left, top, width, height }: Omit<SampledTile, 'weight'>,
): { range: number; sum: number } {
  const green = channels < 3 ? 0 : 1;
  const alpha = channels % 2 === 0 ? channels - 1 : undefined;
  let [low, high, sum] = [255, 0, 0];
  for (let y = top; y < top + height; y += STEP) {
    let previous = -1;
    for (let x = left; x < left + width; x += STEP) {
      const at = (y * stride + x) * channels;
      const value =
        alpha === undefined ? data[at + green] : (data[at + green] * data[at + alpha]) / 255;
      low = Math.min(low, value);
      high = Math.max(high, value);
      if (previous >= 0) sum += Math.abs(value - previous);
      previous = value;
    }
  }
  return { range: high - low, sum };
}
