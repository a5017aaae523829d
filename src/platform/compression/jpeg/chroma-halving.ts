import type { Address, CoefficientMemory, StoredPlane } from './coefficient-memory.js';
import { BLOCK_SIZE } from './coefficient-plane.js';
import type { PlanarComponent } from './read-planes.js';
import { computeDctBasis, ZIGZAG } from './zigzag.js';

const BLOCK_SIDE = 8;

/**
 * Contribution of frequency `u` of the left (or upper) block to frequency `k` of the half-size block. The index is
 * `u * 8 + k`. Each new sample is the mean of two, as in every encoder. For the right (or lower) block, the
 * sign changes if `u + k` is odd.
 */
const CONTRIBUTIONS = Float64Array.from({ length: BLOCK_SIZE }, (_, i) => {
  const [u, k] = [i >> 3, i & 7];
  let sum = 0;
  for (let x = 0; x < BLOCK_SIDE / 2; x++) {
    sum +=
      (computeDctBasis(k, x) * (computeDctBasis(u, 2 * x) + computeDctBasis(u, 2 * x + 1))) / 2;
  }
  return sum;
});

/** `row * 8 + column` of each coefficient in zigzag order. */
const POSITIONS = Uint8Array.from(ZIGZAG, ([column, row]) => row * BLOCK_SIDE + column);
/** Zigzag index of each `row * 8 + column`. */
const ZIGZAG_INDEXES = new Uint8Array(BLOCK_SIZE);
POSITIONS.forEach((position, k) => (ZIGZAG_INDEXES[position] = k));

/** Bytes of the intermediate results: two blocks of rows, and their sums and differences. */
const SCRATCH_BYTES = 4 * BLOCK_SIZE * 8;

/** Halves the width and height of chroma by combining the coefficients of four blocks, and quantizes the result. */
export class ChromaHalving {
  readonly #parameters: Address;
  readonly #steps: Address;
  readonly #reciprocals: Address;
  readonly #contributions: Address;
  readonly #positions: Address;
  readonly #scratch: Address;

  /**
   * @param targetTable quantization table in zigzag order
   * @param rounding number below 1 that is added before a coefficient is rounded down
   */
  constructor(
    private readonly memory: CoefficientMemory,
    private readonly targetTable: Uint8Array,
    private readonly rounding: number,
  ) {
    this.#parameters = memory.allocateBytes(12 * 4);
    this.#steps = memory.allocateBytes(BLOCK_SIZE * 8);
    this.#reciprocals = this.#storeDoubles(Array.from(ZIGZAG_INDEXES, (k) => 1 / targetTable[k]));
    this.#contributions = this.#storeDoubles(CONTRIBUTIONS);
    this.#positions = memory.allocateBytes(2 * BLOCK_SIZE);
    memory.getBytes(this.#positions, 2 * BLOCK_SIZE).set([...POSITIONS, ...ZIGZAG_INDEXES]);
    this.#scratch = memory.allocateBytes(SCRATCH_BYTES);
    memory.getBytes(this.#scratch, SCRATCH_BYTES).fill(0);
  }

  /**
   * @param source plane with an even number of columns and rows in memory
   * @param output plane that receives the result
   */
  halveChroma(source: PlanarComponent, output: StoredPlane): void {
    const { memory } = this;
    memory.getDoubles(this.#steps, BLOCK_SIZE).set(source.quantizationTable);
    memory
      .getIntegers(this.#parameters, 12)
      .set([
        source.valuesAddress,
        source.nonzeroAddress,
        source.stride,
        output.valuesAddress,
        output.nonzeroAddress,
        output.stride,
        output.nonzero.length / 2 / output.stride,
        this.#steps,
        this.#reciprocals,
        this.#contributions,
        this.#positions,
        this.#scratch,
      ]);
    memory.functions.halveChroma(
      this.#parameters,
      source.quantizationTable[0] / this.targetTable[0],
      this.rounding,
    );
  }

  #storeDoubles(numbers: ArrayLike<number>): Address {
    const address = this.memory.allocateBytes(numbers.length * 8);
    this.memory.getDoubles(address, numbers.length).set(numbers);
    return address;
  }
}
