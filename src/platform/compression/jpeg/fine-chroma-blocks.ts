import {
  MIN_FINE_BLOCKS,
  VISIBLE_CHROMA_DIFFERENCE,
  computeMinFineTiles,
} from '../encode/fine-chroma.js';
import { BLOCK_SIZE } from './coefficient-plane.js';
import type { PlanarComponent } from './read-planes.js';
import { computeDctBasis, ZIGZAG } from './zigzag.js';

const BLOCK_SIDE = 8;

/** Samples of a block in which only coefficient `k` is 1, in zigzag order. Index: `k * 64 + y * 8 + x`. */
const BASIS = Float64Array.from({ length: BLOCK_SIZE * BLOCK_SIZE }, (_, i) => {
  const [column, row] = ZIGZAG[i >> 6];
  return computeDctBasis(column, i & 7) * computeDctBasis(row, (i >> 3) & 7);
});

/** Maximum difference that each coefficient causes within any 2 x 2 samples. */
const MAX_RANGES = Float64Array.from({ length: BLOCK_SIZE }, (_, k) => {
  const samples = BASIS.subarray(k * BLOCK_SIZE, (k + 1) * BLOCK_SIZE);
  return Math.max(...Array.from({ length: 16 }, (__, quad) => computeRange(samples, quad)));
});

/** Returns the difference within one of the 16 quads (2 x 2 samples) of a block. */
function computeRange(samples: Float64Array, quad: number): number {
  const offset = (quad >> 2) * 2 * BLOCK_SIDE + (quad & 3) * 2;
  const [a, b, c, d] = [
    samples[offset],
    samples[offset + 1],
    samples[offset + BLOCK_SIDE],
    samples[offset + BLOCK_SIDE + 1],
  ];
  return Math.max(a, b, c, d) - Math.min(a, b, c, d);
}

/**
 * Implements `hasFineChroma()` for the coefficients of a 4:4:4 JPEG. Excludes most blocks without computing
 * samples.
 */
export function hasFineChromaBlocks(chroma: PlanarComponent[]): boolean {
  const [{ columns, rows, stride }] = chroma;
  const [tileColumns, tileRows] = [columns >> 1, rows >> 1];
  const requiredTileCount = computeMinFineTiles(tileColumns * tileRows);
  let fineTileCount = 0;
  for (let y = 0; y < tileRows; y++) {
    for (let x = 0; x < tileColumns; x++) {
      const upper = 2 * y * stride + 2 * x;
      if (isSmooth(chroma, upper) && isSmooth(chroma, upper + stride)) continue;
      const blocks = [upper, upper + 1, upper + stride, upper + stride + 1];
      let fineQuadCount = 0;
      for (const block of blocks) fineQuadCount += countFineQuads(chroma, block);
      if (fineQuadCount >= MIN_FINE_BLOCKS && ++fineTileCount >= requiredTileCount) return true;
    }
  }
  return false;
}

/** Returns whether two adjacent blocks each have a single color, as in a white background. */
const isSmooth = (
  [{ nonzero: cb }, { nonzero: cr }]: PlanarComponent[],
  block: number,
): boolean => {
  const offset = 2 * block;
  const low = cb[offset] | cb[offset + 2] | cr[offset] | cr[offset + 2];
  return ((low & ~1) | cb[offset + 1] | cb[offset + 3] | cr[offset + 1] | cr[offset + 3]) === 0;
};

/** Counts the quads (2 x 2 samples) of a block whose samples differ visibly in Cb or Cr. */
function countFineQuads(chroma: PlanarComponent[], block: number): number {
  let quadBits = 0;
  for (const component of chroma) {
    if (mayHaveFineChroma(component, block)) quadBits |= findFineQuads(component, block);
  }
  let count = 0;
  for (; quadBits !== 0; quadBits &= quadBits - 1) count++;
  return count;
}

function mayHaveFineChroma(
  { values, nonzero, quantizationTable }: PlanarComponent,
  block: number,
): boolean {
  let range = 0;
  for (let word = 0; word < 2; word++) {
    let bits = word === 0 ? nonzero[2 * block] & ~1 : nonzero[2 * block + 1];
    for (; bits !== 0; bits &= bits - 1) {
      const k = 32 * word + 31 - Math.clz32(bits & -bits);
      range += Math.abs(values[block * BLOCK_SIZE + k]) * quantizationTable[k] * MAX_RANGES[k];
    }
  }
  return range > VISIBLE_CHROMA_DIFFERENCE;
}

const samples = new Float64Array(BLOCK_SIZE);

/** Returns one bit for each quad, set if its samples differ visibly. */
function findFineQuads(
  { values, nonzero, quantizationTable }: PlanarComponent,
  block: number,
): number {
  samples.fill(0);
  for (let k = 1; k < BLOCK_SIZE; k++) {
    if (((nonzero[2 * block + (k >> 5)] >>> (k & 31)) & 1) === 0) continue;
    const value = values[block * BLOCK_SIZE + k] * quantizationTable[k];
    for (let i = 0; i < BLOCK_SIZE; i++) samples[i] += value * BASIS[k * BLOCK_SIZE + i];
  }
  let quadBits = 0;
  for (let quad = 0; quad < 16; quad++) {
    if (computeRange(samples, quad) > VISIBLE_CHROMA_DIFFERENCE) quadBits |= 1 << quad;
  }
  return quadBits;
}
