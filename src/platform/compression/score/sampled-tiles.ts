import type { RawImage } from '../encode/local-error.js';
import { BlockActivity } from './block-activity.js';
import type { Region } from './linear-planes.js';

/** Maximum range of luma, 0 to 255, in a uniform tile. */
const MAX_UNIFORM_RANGE = 3;
/**
 * Number of tiles with details for each selected uniform tile. An encoder changes uniform tiles little, but it may
 * shift their color.
 */
const DETAILED_TILES_PER_UNIFORM_TILE = 8;

/** A part of an image, and the share of the image that it represents. */
export interface SampledTile extends Region {
  weight: number;
}

/**
 * Selects tiles that represent an image: some uniform tiles, and an evenly spaced sample of the tiles with
 * details in order of activity.
 *
 * @param side width and height of a tile, in pixels
 * @param overlap pixels that neighboring tiles share
 * @param maxTiles maximum number of selected tiles
 */
export function sampleTiles(
  image: RawImage,
  { side, overlap }: { side: number; overlap: number },
  maxTiles: number,
): SampledTile[] {
  const size = { width: Math.min(image.width, side), height: Math.min(image.height, side) };
  const activity = new BlockActivity(image);
  const leftPositions = spreadPositions(image.width, size.width, overlap);
  const topPositions = spreadPositions(image.height, size.height, overlap);
  const tiles = topPositions
    .flatMap((top) => leftPositions.map((left) => ({ left, top, ...size })))
    .map((tile) => ({ ...tile, ...activity.measureAround(tile) }));
  const detailedTiles = tiles
    .filter(({ range }) => range > MAX_UNIFORM_RANGE)
    .toSorted((a, b) => b.sum - a.sum);
  const uniformTiles = tiles.filter(({ range }) => range <= MAX_UNIFORM_RANGE);
  const selectEvenly = (candidates: readonly Region[], maxCount: number): SampledTile[] => {
    const count = Math.min(maxCount, candidates.length);
    const weight = candidates.length / tiles.length / Math.max(1, count);
    return Array.from({ length: count }, (_, index) => {
      const { left, top } = candidates[Math.floor(((index + 0.5) * candidates.length) / count)];
      return { left, top, ...size, weight };
    });
  };
  return [
    ...selectEvenly(detailedTiles, maxTiles),
    ...selectEvenly(uniformTiles, Math.ceil(maxTiles / DETAILED_TILES_PER_UNIFORM_TILE)),
  ];
}

/** Returns the positions of overlapping tiles that cover a length. */
function spreadPositions(length: number, tileLength: number, overlap: number): number[] {
  const count = Math.ceil((length - overlap) / (tileLength - overlap));
  if (count <= 1) return [0];
  return Array.from({ length: count }, (_, i) =>
    Math.round((i * (length - tileLength)) / (count - 1)),
  );
}
