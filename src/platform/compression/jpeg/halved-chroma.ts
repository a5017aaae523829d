import type { Address, CoefficientMemory, StoredPlane } from './coefficient-memory.js';
import { BLOCK_SIZE } from './coefficient-plane.js';
import type { PlanarComponent } from './read-planes.js';
import { dctBasis, ZIGZAG } from './zigzag.js';

const SIDE = 8;

/**
 * Share of frequency `u` of the left (or upper) block in frequency `k` of the half-size block. The index is
 * `u * 8 + k`. Each new sample is the mean of two, as in every encoder. For the right (or lower) block the
 * sign changes if `u + k` is odd.
 */
const SHARES = Float64Array.from({ length: BLOCK_SIZE }, (_, i) => {
  const [u, k] = [i >> 3, i & 7];
  let sum = 0;
  for (let x = 0; x < SIDE / 2; x++) {
    sum += (dctBasis(k, x) * (dctBasis(u, 2 * x) + dctBasis(u, 2 * x + 1))) / 2;
  }
  return sum;
});

/** `row * 8 + column` of each coefficient in zigzag order. */
const POSITIONS = Uint8Array.from(ZIGZAG, ([column, row]) => row * SIDE + column);
/** The reverse. */
const COEFFICIENTS = new Uint8Array(BLOCK_SIZE);
POSITIONS.forEach((position, k) => (COEFFICIENTS[position] = k));

/** Bytes of the intermediate results: two blocks of rows, and their sums and differences. */
const SCRATCH_BYTES = 4 * BLOCK_SIZE * 8;

/** Computes chroma of half the width and height from the coefficients of four blocks each, and quantizes it. */
export class ChromaHalving {
  readonly #numbers: Address;
  readonly #steps: Address;
  readonly #reciprocals: Address;
  readonly #shares: Address;
  readonly #positions: Address;
  readonly #scratch: Address;

  /**
   * @param target quantization table in zigzag order
   * @param rounding added before a coefficient is rounded down, below 1
   */
  constructor(
    private readonly memory: CoefficientMemory,
    private readonly target: Uint8Array,
    private readonly rounding: number,
  ) {
    this.#numbers = memory.allocate(12 * 4);
    this.#steps = memory.allocate(BLOCK_SIZE * 8);
    this.#reciprocals = this.#storeDoubles(Array.from(COEFFICIENTS, (k) => 1 / target[k]));
    this.#shares = this.#storeDoubles(SHARES);
    this.#positions = memory.allocate(2 * BLOCK_SIZE);
    memory.bytes(this.#positions, 2 * BLOCK_SIZE).set([...POSITIONS, ...COEFFICIENTS]);
    this.#scratch = memory.allocate(SCRATCH_BYTES);
    memory.bytes(this.#scratch, SCRATCH_BYTES).fill(0);
  }

  /**
   * @param source has an even number of columns and rows in memory
   * @param into receives the result
   */
  halveChroma(source: PlanarComponent, into: StoredPlane): void {
    const { memory } = this;
    memory.doubles(this.#steps, BLOCK_SIZE).set(source.steps);
    memory
      .integers(this.#numbers, 12)
      .set([
        source.valuesAt,
        source.nonzeroAt,
        source.stride,
        into.valuesAt,
        into.nonzeroAt,
        into.stride,
        into.nonzero.length / 2 / into.stride,
        this.#steps,
        this.#reciprocals,
        this.#shares,
        this.#positions,
        this.#scratch,
      ]);
    memory.functions.halveChroma(this.#numbers, source.steps[0] / this.target[0], this.rounding);
  }

  #storeDoubles(numbers: ArrayLike<number>): Address {
    const at = this.memory.allocate(numbers.length * 8);
    this.memory.doubles(at, numbers.length).set(numbers);
    return at;
  }
}
