import { BLOCK_SIZE, type CoefficientPlane } from './coefficient-plane.js';
import { MAX_AC_SIZE, MAX_DC_SIZE } from './decoding-table.js';
import { TokenBuffer, type Tokens } from './token-buffer.js';

const END_OF_BLOCK = 0;
const RUN_OF_16_ZEROS = 0xf0;
const ONE_SHIFT = 16;
const ONE = 1 << ONE_SHIFT;

/** A component of the output. */
export interface WrittenComponent {
  plane: CoefficientPlane;
  /** Sampling factors: blocks in one MCU, horizontally and vertically. */
  horizontal: number;
  vertical: number;
  /** Factor of each coefficient in zigzag order, at most 1. */
  scales: Float64Array;
}

/**
 * Quantizes the coefficients of all planes in the order of one baseline scan.
 *
 * @param rounding added before an AC coefficient is rounded down, below 1
 * @returns undefined for coefficients that a baseline JPEG cannot have
 */
export function requantizePlanes(
  components: WrittenComponent[],
  mcuColumns: number,
  mcuRows: number,
  rounding: number,
): Tokens | undefined {
  const out = new TokenBuffer();
  const writers = components.map(
    (component, c) => new BlockWriter(component, c === 0 ? 0 : 2 << 8, rounding, out),
  );
  for (let y = 0; y < mcuRows; y++) {
    for (let x = 0; x < mcuColumns; x++) {
      for (let c = 0; c < writers.length; c++) {
        const { plane, horizontal, vertical } = components[c];
        for (let v = 0; v < vertical; v++) {
          const first = (y * vertical + v) * plane.stride + x * horizontal;
          for (let h = 0; h < horizontal; h++) {
            if (!writers[c].writeBlock(first + h)) return undefined;
          }
        }
      }
    }
  }
  return out;
}

class BlockWriter {
  readonly #scales: Int32Array;
  readonly #rounding: number;
  #level = 0;

  constructor(
    private readonly component: WrittenComponent,
    private readonly dcTable: number,
    rounding: number,
    private readonly out: TokenBuffer,
  ) {
    this.#scales = Int32Array.from(component.scales, (scale) => Math.round(scale * ONE));
    this.#rounding = rounding * ONE;
  }

  writeBlock(block: number): boolean {
    const { values, nonzero } = this.component.plane;
    const { out, dcTable } = this;
    const scales = this.#scales;
    const rounding = this.#rounding;
    out.reserveBlock();
    const { tokens, frequencies } = out;
    let { count } = out;
    const base = block * BLOCK_SIZE;

    const dc = (nonzero[2 * block] & 1) === 0 ? 0 : values[base];
    const level = (dc * scales[0] + ONE / 2) >> ONE_SHIFT;
    const difference = level - this.#level;
    this.#level = level;
    const dcSize = 32 - Math.clz32(Math.abs(difference));
    if (dcSize > MAX_DC_SIZE) return false;
    frequencies[dcTable | dcSize]++;
    tokens[count++] =
      ((dcTable | dcSize) << 16) |
      ((difference < 0 ? difference - 1 : difference) & ((1 << dcSize) - 1));

    const acTable = dcTable + (1 << 8);
    let before = 0;
    let bits = nonzero[2 * block] & ~1;
    for (let offset = 0; offset < BLOCK_SIZE; offset += 32) {
      while (bits !== 0) {
        const lowest = bits & -bits;
        bits ^= lowest;
        const k = offset + 31 - Math.clz32(lowest);
        const value = values[base + k];
        const sign = value >> 31;
        const rounded = (((value ^ sign) - sign) * scales[k] + rounding) >> ONE_SHIFT;
        if (rounded === 0) continue;
        let run = k - before - 1;
        for (; run > 15; run -= 16) {
          frequencies[acTable | RUN_OF_16_ZEROS]++;
          tokens[count++] = (acTable | RUN_OF_16_ZEROS) << 16;
        }
        const size = 32 - Math.clz32(rounded);
        if (size > MAX_AC_SIZE) return false;
        const symbol = acTable | (run << 4) | size;
        frequencies[symbol]++;
        tokens[count++] = (symbol << 16) | ((rounded ^ sign) & ((1 << size) - 1));
        before = k;
      }
      bits = nonzero[2 * block + 1];
    }
    if (before < BLOCK_SIZE - 1) {
      frequencies[acTable | END_OF_BLOCK]++;
      tokens[count++] = (acTable | END_OF_BLOCK) << 16;
    }
    out.count = count;
    return true;
  }
}
