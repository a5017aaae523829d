/** Chroma difference (ITU-T T.871, 0 to 255) within 2 x 2 pixels that subsampling makes visible. */
export const VISIBLE_DIFFERENCE = 56;
const TILE = 16;
/** Minimum number of fine 2 x 2 blocks in a fine tile. A tile has 8 x 8 blocks. */
export const TILE_BLOCKS = 8;
/** Minimum number and minimum share of fine tiles in an image with colored text or lines. */
const MIN_TILES = 3;
const TILE_SHARE = 0.001;

/**
 * Returns whether an image has saturated details of one or two pixels, such as colored text or thin
 * lines. 4:2:0 chroma subsampling would blur it.
 *
 * @param data RGB, 8 bits
 */
export function hasFineChroma(data: Buffer, width: number, height: number): boolean {
  const across = Math.floor(width / TILE);
  const down = Math.floor(height / TILE);
  const wanted = minFineTiles(across * down);
  let tiles = 0;
  for (let tile = 0; tile < across * down; tile++) {
    const [left, top] = [(tile % across) * TILE, Math.floor(tile / across) * TILE];
    if (fineBlocks(data, width, left, top) >= TILE_BLOCKS && ++tiles >= wanted) return true;
  }
  return false;
}

/** Returns the minimum number of fine tiles. */
export const minFineTiles = (tiles: number): number =>
  Math.max(MIN_TILES, Math.ceil(tiles * TILE_SHARE));

function fineBlocks(data: Buffer, width: number, left: number, top: number): number {
  let blocks = 0;
  for (let y = top; y < top + TILE; y += 2) {
    for (let x = left; x < left + TILE; x += 2) {
      const at = (y * width + x) * 3;
      if (isFine(data, at, at + 3, at + width * 3, at + width * 3 + 3)) blocks++;
    }
  }
  return blocks;
}

function isFine(data: Buffer, a: number, b: number, c: number, d: number): boolean {
  const [ra, rb, rc, rd] = [red(data, a), red(data, b), red(data, c), red(data, d)];
  if (Math.max(ra, rb, rc, rd) - Math.min(ra, rb, rc, rd) > VISIBLE_DIFFERENCE) return true;
  const [ba, bb, bc, bd] = [blue(data, a), blue(data, b), blue(data, c), blue(data, d)];
  return Math.max(ba, bb, bc, bd) - Math.min(ba, bb, bc, bd) > VISIBLE_DIFFERENCE;
}

/** Cr and Cb without the offset of 128. */
const red = (data: Buffer, at: number): number =>
  0.5 * data[at] - 0.4187 * data[at + 1] - 0.0813 * data[at + 2];
const blue = (data: Buffer, at: number): number =>
  0.5 * data[at + 2] - 0.1687 * data[at] - 0.3313 * data[at + 1];
