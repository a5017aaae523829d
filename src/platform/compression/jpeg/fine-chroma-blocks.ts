import { TILE_BLOCKS, VISIBLE_DIFFERENCE, minFineTiles } from '../encode/fine-chroma.js';
import { BLOCK_SIZE } from './coefficient-plane.js';
import type { PlanarComponent } from './read-planes.js';
import { dctBasis, ZIGZAG } from './zigzag.js';

const SIDE = 8;

/** Samples of each coefficient, in zigzag order, with value 1, by `k * 64 + y * 8 + x`. */
const BASIS = Float64Array.from({ length: BLOCK_SIZE * BLOCK_SIZE }, (_, i) => {
  const [column, row] = ZIGZAG[i >> 6];
  return dctBasis(column, i & 7) * dctBasis(row, (i >> 3) & 7);
});

/** Maximum difference of each of them within any 2 x 2 samples. */
const RANGE = Float64Array.from({ length: BLOCK_SIZE }, (_, k) => {
  const samples = BASIS.subarray(k * BLOCK_SIZE, (k + 1) * BLOCK_SIZE);
  return Math.max(...Array.from({ length: 16 }, (__, quad) => findRange(samples, quad)));
});

/** Returns the difference within the 2 x 2 samples number `quad` of a block. */
function findRange(samples: Float64Array, quad: number): number {
  const at = (quad >> 2) * 2 * SIDE + (quad & 3) * 2;
  const [a, b, c, d] = [samples[at], samples[at + 1], samples[at + SIDE], samples[at + SIDE + 1]];
  return Math.max(a, b, c, d) - Math.min(a, b, c, d);
}

/** `hasFineChroma()` for the coefficients of a 4:4:4 JPEG. Most blocks are excluded without computing samples. */
export function hasFineChromaBlocks(chroma: PlanarComponent[]): boolean {
  const [{ columns, rows, stride }] = chroma;
  const [tileColumns, tileRows] = [columns >> 1, rows >> 1];
  const wanted = minFineTiles(tileColumns * tileRows);
  let tiles = 0;
  for (let y = 0; y < tileRows; y++) {
    for (let x = 0; x < tileColumns; x++) {
      const upper = 2 * y * stride + 2 * x;
      if (isSmooth(chroma, upper) && isSmooth(chroma, upper + stride)) continue;
      const blocks = [upper, upper + 1, upper + stride, upper + stride + 1];
      let fine = 0;
      for (const block of blocks) fine += fineQuads(chroma, block);
      if (fine >= TILE_BLOCKS && ++tiles >= wanted) return true;
    }
  }
  return false;
}

/** Returns whether two adjacent blocks each have a single color, as in a white background. */
const isSmooth = (
  [{ nonzero: cb }, { nonzero: cr }]: PlanarComponent[],
  block: number,
): boolean => {
  const at = 2 * block;
  const low = cb[at] | cb[at + 2] | cr[at] | cr[at + 2];
  return ((low & ~1) | cb[at + 1] | cb[at + 3] | cr[at + 1] | cr[at + 3]) === 0;
};

/** Counts the 2 x 2 samples of the block that differ visibly in Cb or Cr. */
function fineQuads(chroma: PlanarComponent[], block: number): number {
  let fine = 0;
  for (const component of chroma) {
    if (mayHaveFineChroma(component, block)) fine |= findFineQuads(component, block);
  }
  let count = 0;
  for (; fine !== 0; fine &= fine - 1) count++;
  return count;
}

function mayHaveFineChroma({ values, nonzero, steps }: PlanarComponent, block: number): boolean {
  let range = 0;
  for (let word = 0; word < 2; word++) {
    let bits = word === 0 ? nonzero[2 * block] & ~1 : nonzero[2 * block + 1];
    for (; bits !== 0; bits &= bits - 1) {
      const k = 32 * word + 31 - Math.clz32(bits & -bits);
      range += Math.abs(values[block * BLOCK_SIZE + k]) * steps[k] * RANGE[k];
    }
  }
  return range > VISIBLE_DIFFERENCE;
}

const samples = new Float64Array(BLOCK_SIZE);

/** Returns one bit for each 2 x 2 samples. */
function findFineQuads({ values, nonzero, steps }: PlanarComponent, block: number): number {
  samples.fill(0);
  for (let k = 1; k < BLOCK_SIZE; k++) {
    if (((nonzero[2 * block + (k >> 5)] >>> (k & 31)) & 1) === 0) continue;
    const value = values[block * BLOCK_SIZE + k] * steps[k];
    for (let i = 0; i < BLOCK_SIZE; i++) samples[i] += value * BASIS[k * BLOCK_SIZE + i];
  }
  let fine = 0;
  for (let quad = 0; quad < 16; quad++) {
    if (findRange(samples, quad) > VISIBLE_DIFFERENCE) fine |= 1 << quad;
  }
  return fine;
}
