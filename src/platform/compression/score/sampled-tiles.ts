import type { RawImage } from '../local-error.js';

/** Maximum range of luma, 0 to 255, in an even tile. */
const EVEN_RANGE = 3;
/** Even tiles differ little: one for so many others. An encoder may change their color. */
const EVEN_SHARE = 8;
/** Distance in pixels up to which an encoder spreads errors from an edge into an even area: one block. */
const BLOCK_SIDE = 16;
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
 * Selects tiles that represent an image: evenly over all tiles in the order of their activity, and some even ones.
 *
 * @param side width and height of a tile, in pixels
 * @param overlap pixels that neighbor tiles share
 * @param maxTiles maximum number of selected tiles
 */
export function sampledTiles(
  image: RawImage,
  { side, overlap }: { side: number; overlap: number },
  maxTiles: number,
): SampledTile[] {
  const size = { width: Math.min(image.width, side), height: Math.min(image.height, side) };
  const lefts = positions(image.width, size.width, overlap);
  const tops = positions(image.height, size.height, overlap);
  const tiles = tops
    .flatMap((top) => lefts.map((left) => ({ left, top, ...size })))
    .map((tile) => ({ ...tile, ...activityOf(image, extended(tile, image)) }));
  const busy = tiles.filter(({ range }) => range > EVEN_RANGE).toSorted((a, b) => b.sum - a.sum);
  const even = tiles.filter(({ range }) => range <= EVEN_RANGE);
  const select = (from: readonly Region[], most: number): SampledTile[] => {
    const count = Math.min(most, from.length);
    const weight = from.length / tiles.length / Math.max(1, count);
    return Array.from({ length: count }, (_, index) => {
      const { left, top } = from[Math.floor(((index + 0.5) * from.length) / count)];
      return { left, top, ...size, weight };
    });
  };
  return [...select(busy, maxTiles), ...select(even, Math.ceil(maxTiles / EVEN_SHARE))];
}

/** Returns positions that spread as many parts as are needed over a length. */
function positions(length: number, part: number, overlap: number): number[] {
  const count = Math.ceil((length - overlap) / (part - overlap));
  if (count <= 1) return [0];
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - part)) / (count - 1)));
}

type Region = Omit<SampledTile, 'weight'>;

/** Adds the blocks around a tile. */
function extended({ left, top, width, height }: Region, image: RawImage): Region {
  const [x, y] = [Math.max(0, left - BLOCK_SIDE), Math.max(0, top - BLOCK_SIDE)];
  const right = Math.min(image.width, left + width + BLOCK_SIDE);
  const bottom = Math.min(image.height, top + height + BLOCK_SIDE);
  return { left: x, top: y, width: right - x, height: bottom - y };
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

/** Returns the range of luma and opacity, and the sum of their differences between neighbors. */
function activityOf(
  { data, width: stride, channels }: RawImage,
  { left, top, width, height }: Region,
): { range: number; sum: number } {
  const green = channels < 3 ? 0 : 1;
  const alpha = channels % 2 === 0 ? channels - 1 : undefined;
  let [low, high, sum] = [255, 0, 0];
  let [lowAlpha, highAlpha] = [255, 0];
  for (let y = top; y < top + height; y += STEP) {
    let [previous, previousAlpha] = [-1, -1];
    for (let x = left; x < left + width; x += STEP) {
      const at = (y * stride + x) * channels;
      // A dark object on a transparent area has no luma of its own.
      const opacity = alpha === undefined ? 255 : data[at + alpha];
      const value = (data[at + green] * opacity) / 255;
      low = Math.min(low, value);
      high = Math.max(high, value);
      lowAlpha = Math.min(lowAlpha, opacity);
      highAlpha = Math.max(highAlpha, opacity);
      if (previous >= 0) sum += Math.abs(value - previous) + Math.abs(opacity - previousAlpha);
      [previous, previousAlpha] = [value, opacity];
    }
  }
  return { range: Math.max(high - low, highAlpha - lowAlpha), sum };
}
