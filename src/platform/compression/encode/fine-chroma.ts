/** Chroma difference (ITU-T T.871, 0 to 255) within 2 x 2 pixels that makes subsampling visible. */
export const VISIBLE_CHROMA_DIFFERENCE = 56;
const TILE_SIDE = 16;
/** Minimum number of 2 x 2 blocks with fine chroma in a fine tile. A tile has 8 x 8 blocks. */
export const MIN_FINE_BLOCKS = 8;
/** Minimum number and share of fine tiles in an image with colored text or lines. */
const MIN_FINE_TILES = 3;
const MIN_FINE_TILE_SHARE = 0.001;

/**
 * Returns whether an image has saturated details of one or two pixels, such as colored text or thin
 * lines. 4:2:0 chroma subsampling would blur them.
 *
 * @param data 8-bit RGB
 */
export function hasFineChroma(data: Buffer, width: number, height: number): boolean {
  const tileColumns = Math.floor(width / TILE_SIDE);
  const tileRows = Math.floor(height / TILE_SIDE);
  const requiredTileCount = computeMinFineTiles(tileColumns * tileRows);
  let fineTileCount = 0;
  for (let tile = 0; tile < tileColumns * tileRows; tile++) {
    const [left, top] = [
      (tile % tileColumns) * TILE_SIDE,
      Math.floor(tile / tileColumns) * TILE_SIDE,
    ];
    if (
      countFineBlocks(data, width, left, top) >= MIN_FINE_BLOCKS &&
      ++fineTileCount >= requiredTileCount
    )
      return true;
  }
  return false;
}

/** Computes the minimum number of fine tiles in an image with fine chroma. */
export const computeMinFineTiles = (tileCount: number): number =>
  Math.max(MIN_FINE_TILES, Math.ceil(tileCount * MIN_FINE_TILE_SHARE));

function countFineBlocks(data: Buffer, width: number, left: number, top: number): number {
  let fineBlockCount = 0;
  for (let y = top; y < top + TILE_SIDE; y += 2) {
    for (let x = left; x < left + TILE_SIDE; x += 2) {
      const offset = (y * width + x) * 3;
      if (isFineBlock(data, offset, offset + 3, offset + width * 3, offset + width * 3 + 3))
        fineBlockCount++;
    }
  }
  return fineBlockCount;
}

function isFineBlock(data: Buffer, a: number, b: number, c: number, d: number): boolean {
  const [ra, rb, rc, rd] = [
    computeCr(data, a),
    computeCr(data, b),
    computeCr(data, c),
    computeCr(data, d),
  ];
  if (Math.max(ra, rb, rc, rd) - Math.min(ra, rb, rc, rd) > VISIBLE_CHROMA_DIFFERENCE) return true;
  const [ba, bb, bc, bd] = [
    computeCb(data, a),
    computeCb(data, b),
    computeCb(data, c),
    computeCb(data, d),
  ];
  return Math.max(ba, bb, bc, bd) - Math.min(ba, bb, bc, bd) > VISIBLE_CHROMA_DIFFERENCE;
}

/** Cr and Cb without the offset of 128. */
const computeCr = (data: Buffer, offset: number): number =>
  0.5 * data[offset] - 0.4187 * data[offset + 1] - 0.0813 * data[offset + 2];
const computeCb = (data: Buffer, offset: number): number =>
  0.5 * data[offset + 2] - 0.1687 * data[offset] - 0.3313 * data[offset + 1];
