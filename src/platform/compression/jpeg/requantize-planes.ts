import type { CoefficientMemory, StoredPlane } from './coefficient-memory.js';
import { COMPONENT_FIELD_COUNT, SCAN_FIELD_COUNT } from './scan.js';
import { TokenBuffer, type Tokens } from './token-buffer.js';

/** The factor 1 as a fixed-point number. */
const FIXED_POINT_ONE = 1 << 16;
/** Number of MCUs that are written at a time. */
const CHUNK_MCUS = 128;
/** Tokens of an MCU of 16 x 16 pixels in 4:2:0, with one token for each coefficient. */
const MAX_MCU_TOKENS = 6 * 64;

/** A component of the output. */
export interface OutputComponent {
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
 * @param rounding number below 1 that is added before an AC coefficient is rounded down
 * @returns undefined for coefficients that a baseline JPEG cannot contain
 */
export function requantizePlanes(
  memory: CoefficientMemory,
  components: OutputComponent[],
  mcuColumns: number,
  mcuRows: number,
  rounding: number,
): Tokens | undefined {
  const tokenBuffer = new TokenBuffer();
  const scan = storeScan(memory, components, mcuColumns);
  const frequenciesAddress = memory.allocateBytes(4 * tokenBuffer.frequencies.length);
  const tokensAddress = memory.allocateBytes(4 * CHUNK_MCUS * MAX_MCU_TOKENS);
  memory.getIntegers(frequenciesAddress, tokenBuffer.frequencies.length).fill(0);
  const { quantize } = memory.functions;
  const mcuCount = mcuColumns * mcuRows;
  for (let firstMcu = 0; firstMcu < mcuCount; firstMcu += CHUNK_MCUS) {
    const endMcu = Math.min(mcuCount, firstMcu + CHUNK_MCUS);
    const count = quantize(
      scan,
      firstMcu,
      endMcu,
      Math.floor(rounding * FIXED_POINT_ONE),
      frequenciesAddress,
      tokensAddress,
    );
    if (count < 0) return undefined;
    tokenBuffer.addTokens(memory.getIntegers(tokensAddress, count));
  }
  tokenBuffer.frequencies.set(
    memory.getIntegers(frequenciesAddress, tokenBuffer.frequencies.length),
  );
  return tokenBuffer;
}

function storeScan(memory: CoefficientMemory, components: OutputComponent[], mcuColumns: number) {
  const numbers = components.flatMap(({ plane, horizontal, vertical, scales }) => {
    const scalesAddress = memory.allocateBytes(4 * scales.length);
    memory
      .getIntegers(scalesAddress, scales.length)
      .set(scales.map((scale) => Math.round(scale * FIXED_POINT_ONE)));
    const { valuesAddress, nonzeroAddress, stride } = plane;
    return [valuesAddress, nonzeroAddress, stride, horizontal, vertical, 0, 0, 0, scalesAddress];
  });
  const componentsAddress = memory.allocateBytes(4 * COMPONENT_FIELD_COUNT * components.length);
  memory.getIntegers(componentsAddress, numbers.length).set(numbers);
  const scan = memory.allocateBytes(4 * SCAN_FIELD_COUNT);
  memory
    .getIntegers(scan, SCAN_FIELD_COUNT)
    .set([0, componentsAddress, components.length, mcuColumns, 0, 63, 0]);
  return scan;
}
