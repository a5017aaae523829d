import type { CoefficientMemory, StoredPlane } from './coefficient-memory.js';
import { COMPONENT_NUMBERS, SCAN_NUMBERS } from './scan.js';
import { TokenBuffer, type Tokens } from './token-buffer.js';

/** Fixed-point one of the factors. */
const ONE = 1 << 16;
/** MCUs that are written at a time. */
const CHUNK_MCUS = 128;
/** Of 16 x 16 pixels of 4:2:0, with one token for each coefficient. */
const MAX_MCU_TOKENS = 6 * 64;

/** A component of the output. */
export interface WrittenComponent {
  plane: StoredPlane;
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
  memory: CoefficientMemory,
  components: WrittenComponent[],
  mcuColumns: number,
  mcuRows: number,
  rounding: number,
): Tokens | undefined {
  const out = new TokenBuffer();
  const scan = storeScan(memory, components, mcuColumns);
  const frequencies = memory.allocate(4 * out.frequencies.length);
  const tokens = memory.allocate(4 * CHUNK_MCUS * MAX_MCU_TOKENS);
  memory.integers(frequencies, out.frequencies.length).fill(0);
  const { quantize } = memory.functions;
  const mcus = mcuColumns * mcuRows;
  for (let from = 0; from < mcus; from += CHUNK_MCUS) {
    const to = Math.min(mcus, from + CHUNK_MCUS);
    const count = quantize(scan, from, to, Math.floor(rounding * ONE), frequencies, tokens);
    if (count < 0) return undefined;
    out.addTokens(memory.integers(tokens, count));
  }
  out.frequencies.set(memory.integers(frequencies, out.frequencies.length));
  return out;
}

function storeScan(memory: CoefficientMemory, components: WrittenComponent[], mcuColumns: number) {
  const numbers = components.flatMap(({ plane, horizontal, vertical, scales }) => {
    const scalesAt = memory.allocate(4 * scales.length);
    memory.integers(scalesAt, scales.length).set(scales.map((scale) => Math.round(scale * ONE)));
    const { valuesAt, nonzeroAt, stride } = plane;
    return [valuesAt, nonzeroAt, stride, horizontal, vertical, 0, 0, 0, scalesAt];
  });
  const componentsAt = memory.allocate(4 * COMPONENT_NUMBERS * components.length);
  memory.integers(componentsAt, numbers.length).set(numbers);
  const scan = memory.allocate(4 * SCAN_NUMBERS);
  memory
    .integers(scan, SCAN_NUMBERS)
    .set([0, componentsAt, components.length, mcuColumns, 0, 63, 0]);
  return scan;
}
