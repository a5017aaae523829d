/** Quantized coefficients of one component, block by block, each in zigzag order. */
export interface CoefficientPlane {
  /** Blocks with at least one visible sample. */
  columns: number;
  rows: number;
  /** Blocks per row of memory, including the padding of MCUs. */
  stride: number;
  /** Defined only if `nonzero` has a bit, because memory is reused without clearing it. */
  values: Int16Array;
  /** Bit `k & 31` of word `2 * block + (k >> 5)`: coefficient `k` is not zero. */
  nonzero: Int32Array;
}

export const BLOCK_SIZE = 64;

/** Memory of the coefficients of one image, reused for the next. The kernel has to clear new memory. */
export class CoefficientMemory {
  #values = new Int16Array(0);
  #nonzero = new Int32Array(0);
  #used = 0;

  /** Invalidates all planes; keeps the memory if it is not larger than `maxBlocks`. */
  reset(blocks: number, maxBlocks: number): void {
    this.#used = 0;
    if (this.#nonzero.length < 2 * blocks || this.#nonzero.length > 2 * maxBlocks) {
      this.#values = new Int16Array(blocks * BLOCK_SIZE);
      this.#nonzero = new Int32Array(2 * blocks);
    }
  }

  /** @param stride,lines columns and rows, including the padding of MCUs */
  plane(columns: number, rows: number, stride: number, lines: number): CoefficientPlane {
    const from = this.#used;
    this.#used += stride * lines;
    const values = this.#values.subarray(from * BLOCK_SIZE, this.#used * BLOCK_SIZE);
    const nonzero = this.#nonzero.subarray(2 * from, 2 * this.#used).fill(0);
    return { columns, rows, stride, values, nonzero };
  }
}

/** Gives each padding block of an MCU the mean of its neighbor: the cheapest value without ringing. */
export function fillPadding(plane: CoefficientPlane): void {
  const { columns, rows, stride, nonzero } = plane;
  const lines = nonzero.length / 2 / stride;
  for (let y = 0; y < lines; y++) {
    for (let x = y < rows ? columns : 0; x < stride; x++) {
      copyMean(plane, Math.min(y, rows - 1) * stride + Math.min(x, columns - 1), y * stride + x);
    }
  }
}

function copyMean({ values, nonzero }: CoefficientPlane, from: number, to: number): void {
  values[to * BLOCK_SIZE] = values[from * BLOCK_SIZE];
  nonzero[2 * to] = nonzero[2 * from] & 1;
  nonzero[2 * to + 1] = 0;
}
