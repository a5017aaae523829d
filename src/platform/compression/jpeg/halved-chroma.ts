import { BLOCK_SIZE, type CoefficientPlane } from './coefficient-plane.js';
import type { PlanarComponent } from './read-planes.js';
import { dctBasis, ZIGZAG } from './zigzag.js';

const SIDE = 8;
/** Column and row of the frequency of each coefficient in zigzag order. */
const COLUMN = Uint8Array.from(ZIGZAG, ([column]) => column);
const ROW = Uint8Array.from(ZIGZAG, ([, row]) => row);
/** Position in zigzag order by `row * 8 + column`. */
const POSITION = new Uint8Array(BLOCK_SIZE);
ZIGZAG.forEach(([column, row], k) => (POSITION[row * SIDE + column] = k));

/**
 * Share of frequency `u` of the left (or upper) block in frequency `k` of the half-size block. The index is
 * `u * 8 + k`. Each new sample is the mean of two, as in every encoder. For the right (or lower) block the
 * sign changes if `u + k` is odd.
 */
const HALVING = halvingShares();

function halvingShares(): Float64Array {
  return Float64Array.from({ length: BLOCK_SIZE }, (_, i) => {
    const [u, k] = [i >> 3, i & 7];
    let sum = 0;
    for (let x = 0; x < SIDE / 2; x++) {
      sum += (dctBasis(k, x) * (dctBasis(u, 2 * x) + dctBasis(u, 2 * x + 1))) / 2;
    }
    return sum;
  });
}

/**
 * Computes chroma of half the width and height from the coefficients of four blocks each, and quantizes it.
 *
 * @param source has an even number of columns and rows in memory
 * @param target quantization table in zigzag order
 * @param rounding added before a coefficient is rounded down, below 1
 * @param into receives the result
 */
export function halveChroma(
  source: PlanarComponent,
  target: Uint8Array,
  rounding: number,
  into: CoefficientPlane,
): void {
  const { stride, values, nonzero, steps } = source;
  const lines = into.nonzero.length / 2 / into.stride;
  const blocks = new BlockHalving(source, target, rounding, into);
  const dcScale = steps[0] / target[0];
  for (let y = 0; y < lines; y++) {
    for (let x = 0; x < into.stride; x++) {
      const upper = 2 * y * stride + 2 * x;
      const lower = upper + stride;
      const block = y * into.stride + x;
      if (!isFlat(values, nonzero, upper, lower)) {
        blocks.halve(upper, lower, block);
        continue;
      }
      // Four blocks of a single color, as in a white background. Their mean is that color.
      const mean = (nonzero[2 * upper] & 1) === 0 ? 0 : values[upper * BLOCK_SIZE];
      into.values[block * BLOCK_SIZE] = Math.round(mean * dcScale);
      into.nonzero[2 * block] = 1;
      into.nonzero[2 * block + 1] = 0;
    }
  }
}

function isFlat(values: Int16Array, nonzero: Int32Array, upper: number, lower: number): boolean {
  const any =
    nonzero[2 * upper] | nonzero[2 * upper + 2] | nonzero[2 * lower] | nonzero[2 * lower + 2];
  const high =
    nonzero[2 * upper + 1] |
    nonzero[2 * upper + 3] |
    nonzero[2 * lower + 1] |
    nonzero[2 * lower + 3];
  if ((any & ~1) !== 0 || high !== 0) return false;
  const both =
    nonzero[2 * upper] & nonzero[2 * upper + 2] & nonzero[2 * lower] & nonzero[2 * lower + 2];
  if (both !== any) return false;
  const dc = values[upper * BLOCK_SIZE];
  return (
    any === 0 ||
    (values[(upper + 1) * BLOCK_SIZE] === dc &&
      values[lower * BLOCK_SIZE] === dc &&
      values[(lower + 1) * BLOCK_SIZE] === dc)
  );
}

class BlockHalving {
  /** Halved rows of the upper, then of the lower two blocks, by `row * 8 + column`. */
  readonly #rows = new Float64Array(2 * BLOCK_SIZE);
  /**
   * Sums, then differences of the rows. The shares of the lower and the upper block have the same
   * magnitude.
   */
  readonly #combined = new Float64Array(2 * BLOCK_SIZE);
  readonly #reciprocals: Float64Array;
  readonly #sums = new Float64Array(BLOCK_SIZE);
  /** Rows that are not zero, as bits and as a list. */
  #used = 0;
  readonly #list = new Uint8Array(SIDE);

  constructor(
    private readonly source: PlanarComponent,
    target: Uint8Array,
    private readonly rounding: number,
    private readonly into: CoefficientPlane,
  ) {
    this.#reciprocals = Float64Array.from(
      { length: BLOCK_SIZE },
      (_, at) => 1 / target[POSITION[at]],
    );
  }

  halve(upper: number, lower: number, block: number): void {
    this.#used = 0;
    this.#addBlock(upper, 0, 1);
    this.#addBlock(upper + 1, 0, -1);
    this.#addBlock(lower, BLOCK_SIZE, 1);
    this.#addBlock(lower + 1, BLOCK_SIZE, -1);
    this.#store(block);
  }

  /** @param sign -1 for the right block of two */
  #addBlock(block: number, to: number, sign: number): void {
    const { values, nonzero, steps } = this.source;
    const rows = this.#rows;
    for (let word = 0; word < 2; word++) {
      for (let bits = nonzero[2 * block + word]; bits !== 0; bits &= bits - 1) {
        const k = 32 * word + 31 - Math.clz32(bits & -bits);
        const value = values[block * BLOCK_SIZE + k] * steps[k];
        const u = COLUMN[k] * SIDE;
        const even = (COLUMN[k] & 1) === 0 ? value : value * sign;
        const odd = even * sign;
        const at = to + ROW[k] * SIDE;
        this.#used |= 1 << ROW[k];
        rows[at] += even * HALVING[u];
        rows[at + 1] += odd * HALVING[u + 1];
        rows[at + 2] += even * HALVING[u + 2];
        rows[at + 3] += odd * HALVING[u + 3];
        rows[at + 4] += even * HALVING[u + 4];
        rows[at + 5] += odd * HALVING[u + 5];
        rows[at + 6] += even * HALVING[u + 6];
        rows[at + 7] += odd * HALVING[u + 7];
      }
    }
  }

  /** @returns the number of rows that are not zero */
  #combine(): number {
    const rows = this.#rows;
    const combined = this.#combined;
    let count = 0;
    for (let used = this.#used; used !== 0; used &= used - 1) {
      const row = 31 - Math.clz32(used & -used);
      this.#list[count++] = row;
      const from = row * SIDE;
      for (let at = from; at < from + SIDE; at++) {
        combined[at] = rows[at] + rows[BLOCK_SIZE + at];
        combined[BLOCK_SIZE + at] = rows[at] - rows[BLOCK_SIZE + at];
        rows[at] = 0;
        rows[BLOCK_SIZE + at] = 0;
      }
    }
    return count;
  }

  /** Halves the columns, quantizes the result and stores it. */
  #store(block: number): void {
    const rows = this.#combine();
    const combined = this.#combined;
    const list = this.#list;
    const sums = this.#sums;
    for (let v = 0; v < SIDE; v++) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      let e = 0;
      let f = 0;
      let g = 0;
      let h = 0;
      for (let i = 0; i < rows; i++) {
        const u = list[i];
        const share = HALVING[u * SIDE + v];
        const at = ((u ^ v) & 1) * BLOCK_SIZE + u * SIDE;
        a += share * combined[at];
        b += share * combined[at + 1];
        c += share * combined[at + 2];
        d += share * combined[at + 3];
        e += share * combined[at + 4];
        f += share * combined[at + 5];
        g += share * combined[at + 6];
        h += share * combined[at + 7];
      }
      const to = v * SIDE;
      sums[to] = a;
      sums[to + 1] = b;
      sums[to + 2] = c;
      sums[to + 3] = d;
      sums[to + 4] = e;
      sums[to + 5] = f;
      sums[to + 6] = g;
      sums[to + 7] = h;
    }
    this.#quantize(block);
  }

  #quantize(block: number): void {
    const { values, nonzero } = this.into;
    const sums = this.#sums;
    const reciprocals = this.#reciprocals;
    const { rounding } = this;
    const base = block * BLOCK_SIZE;
    let low = 0;
    let high = 0;
    for (let at = 0; at < BLOCK_SIZE; at++) {
      const exact = sums[at] * reciprocals[at];
      const size = (Math.abs(exact) + (at === 0 ? 0.5 : rounding)) | 0;
      if (size === 0) continue;
      const k = POSITION[at];
      values[base + k] = exact < 0 ? -size : size;
      if (k < 32) low |= 1 << k;
      else high |= 1 << (k - 32);
    }
    nonzero[2 * block] = low;
    nonzero[2 * block + 1] = high;
  }
}
