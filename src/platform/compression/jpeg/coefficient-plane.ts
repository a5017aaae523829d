/** Quantized coefficients of one component, block by block, each in zigzag order. */
export interface CoefficientPlane {
  /** Numbers of columns and rows of blocks with at least one visible sample. */
  columns: number;
  rows: number;
  /** Blocks per row of memory, including the padding of MCUs. */
  stride: number;
  /** A value is valid only if its bit in `nonzero` is set, because memory is reused without clearing it. */
  values: Int16Array;
  /** Bit `k & 31` of word `2 * block + (k >> 5)`: coefficient `k` is not zero. */
  nonzero: Int32Array;
}

export const BLOCK_SIZE = 64;

/** Gives each padding block of an MCU the mean of its neighbor: the cheapest value without ringing. */
export function fillPadding(plane: CoefficientPlane): void {
  const { columns, rows, stride, nonzero } = plane;
  const allocatedRows = nonzero.length / 2 / stride;
  for (let y = 0; y < allocatedRows; y++) {
    for (let x = y < rows ? columns : 0; x < stride; x++) {
      copyMean(plane, Math.min(y, rows - 1) * stride + Math.min(x, columns - 1), y * stride + x);
    }
  }
}

function copyMean(
  { values, nonzero }: CoefficientPlane,
  sourceBlock: number,
  targetBlock: number,
): void {
  values[targetBlock * BLOCK_SIZE] = values[sourceBlock * BLOCK_SIZE];
  nonzero[2 * targetBlock] = nonzero[2 * sourceBlock] & 1;
  nonzero[2 * targetBlock + 1] = 0;
}
