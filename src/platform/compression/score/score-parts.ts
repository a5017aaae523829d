import type { RawImage } from '../encode/local-error.js';
import type { Region } from './linear-planes.js';
import { sampleTiles } from './sampled-tiles.js';

/** Maximum number of tiles that are compared at the two finest scales. Coarser scales are compared completely. */
const MAX_TILES = [200, 60];
/** Side of the compared part of a tile, in pixels of its scale. */
const TILE_SIDE = 64;
/** Radius of the blur, in pixels. */
const BLUR_RADIUS = 4;
const MAX_SCALES = 6;
/** A scale with a shorter side is not halved further. */
const MIN_HALVED_SIDE = 8;

/** The entire image or a part of it, at one scale. */
export interface ScorePart {
  scale: number;
  /** Share of the image that the part represents. */
  weight: number;
  /** Pixels at the borders whose blur lacks neighbors. */
  inset: number;
  /** Region of the part at full size; absent for the entire image. */
  tile?: Region;
  width: number;
  height: number;
}

/**
 * Selects the parts of an image to compare, finest scale first.
 *
 * @param isExact whether the whole image is compared at all scales
 */
export const selectParts = (
  source: RawImage,
  isExact: boolean,
  scaleCount: number,
): ScorePart[] => [
  ...(isExact ? [] : createTileParts(source)),
  ...createWholeImageParts(source, isExact, scaleCount),
];

function createTileParts(source: RawImage): ScorePart[] {
  return MAX_TILES.flatMap((count, scale) =>
    sampleTiles(source, getTileSize(scale), count).map(({ weight, ...tile }) => {
      const isWhole = tile.width === source.width && tile.height === source.height;
      const [width, height] = halveSize(tile, scale);
      return { scale, weight, inset: isWhole ? 0 : BLUR_RADIUS, tile, width, height };
    }),
  );
}

function createWholeImageParts(
  source: RawImage,
  isExact: boolean,
  scaleCount: number,
): ScorePart[] {
  const firstScale = isExact ? 0 : MAX_TILES.length;
  return Array.from({ length: Math.max(0, scaleCount - firstScale) }, (_, i) => {
    const scale = firstScale + i;
    const [width, height] = halveSize(source, scale);
    return { scale, weight: 1, inset: 0, width, height };
  });
}

function halveSize(
  { width, height }: { width: number; height: number },
  halvingCount: number,
): number[] {
  return [width, height].map((side) => Math.ceil(side / 2 ** halvingCount));
}

/** Neighboring tiles overlap, because their borders are not compared. */
const getTileSize = (scale: number) => ({
  side: (TILE_SIDE + 2 * BLUR_RADIUS) << scale,
  overlap: (2 * BLUR_RADIUS) << scale,
});

/** Returns the number of scales of an image. */
export function countScales({ width, height }: RawImage): number {
  let side = Math.min(width, height);
  let scaleCount = 1;
  for (; scaleCount < MAX_SCALES && side >= MIN_HALVED_SIDE; scaleCount++)
    side = Math.ceil(side / 2);
  return scaleCount;
}
