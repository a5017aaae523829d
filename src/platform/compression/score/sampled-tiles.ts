import type { RawImage } from '../encode/local-error.js';
import { BlockActivity } from './block-activity.js';
import type { Region } from './linear-planes.js';

/** Maximum range of luma, 0 to 255, in an even tile. */
const EVEN_RANGE = 3;
/**
 * One even tile is selected per this number of other tiles. Even tiles differ little, but an
 * encoder may change their color.
 */
const EVEN_SHARE = 8;

/** A part of an image, and the share of the image that it represents. */
export interface SampledTile extends Region {
  weight: number;
}

/**
 * Selects tiles that represent an image: evenly over all tiles in the order of their activity, and some even ones.
 *
 * @param side width and height of a tile, in pixels
 * @param overlap pixels that neighbor tiles share
 * @param maxTiles maximum number of selected tiles
 */
export function sampleTiles(
  image: RawImage,
  { side, overlap }: { side: number; overlap: number },
  maxTiles: number,
): SampledTile[] {
  const size = { width: Math.min(image.width, side), height: Math.min(image.height, side) };
  const activity = new BlockActivity(image);
  const lefts = spreadPositions(image.width, size.width, overlap);
  const tops = spreadPositions(image.height, size.height, overlap);
  const tiles = tops
    .flatMap((top) => lefts.map((left) => ({ left, top, ...size })))
    .map((tile) => ({ ...tile, ...activity.measureAround(tile) }));
  const busy = tiles.filter(({ range }) => range > EVEN_RANGE).toSorted((a, b) => b.sum - a.sum);
  const even = tiles.filter(({ range }) => range <= EVEN_RANGE);
  const selectEvenly = (from: readonly Region[], most: number): SampledTile[] => {
    const count = Math.min(most, from.length);
    const weight = from.length / tiles.length / Math.max(1, count);
    return Array.from({ length: count }, (_, index) => {
      const { left, top } = from[Math.floor(((index + 0.5) * from.length) / count)];
      return { left, top, ...size, weight };
    });
  };
  return [...selectEvenly(busy, maxTiles), ...selectEvenly(even, Math.ceil(maxTiles / EVEN_SHARE))];
}

/** Returns the positions of overlapping tiles that cover a length. */
function spreadPositions(length: number, part: number, overlap: number): number[] {
  const count = Math.ceil((length - overlap) / (part - overlap));
  if (count <= 1) return [0];
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - part)) / (count - 1)));
}
