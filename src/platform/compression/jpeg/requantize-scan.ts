import { RESAMPLING_FACTORS } from './chroma-resampling.js';
import { readBitsAt, LOOKUP_BITS, MAX_DC_SIZE } from './decoding-table.js';
import type { SequentialJpeg } from './read-jpeg.js';
import type { Tokens } from './token-buffer.js';

const END_OF_BLOCK = 0;
const RUN_OF_16_ZEROS = 0xf0;
const LOOKUP_SHIFT = 32 - LOOKUP_BITS;
/** Tokens of one block: one for each coefficient. */
const MAX_BLOCK_TOKENS = 64;
/** The scale 1 as a fixed-point number. No scale exceeds it. */
const ONE_SHIFT = 16;
const FIXED_POINT_ONE = 1 << ONE_SHIFT;
const FIXED_POINT_HALF = FIXED_POINT_ONE / 2;
/**
 * Added to an AC coefficient before it is rounded down. Less than a half, because most coefficients are
 * below the middle of their quantization step. Saves 6% of the bytes at the same score
 * (docs/adr/0037-jpeg-quality-by-score.md).
 */
export const AC_ROUNDING = 0.42;
const FIXED_POINT_AC_ROUNDING = AC_ROUNDING * FIXED_POINT_ONE;

/** Reused for the next image, because the kernel must clear and map new memory. */
let reusableTokens = new Int32Array(1 << 20);
const MAX_REUSED_TOKENS = 1 << 22;

/**
 * Decodes the coefficients and quantizes each with the target table. Computes no pixels.
 *
 * @param targetTables quantization table of each component, in zigzag order
 * @returns undefined if the data does not match the image exactly
 */
export function requantizeScan(
  jpeg: SequentialJpeg,
  targetTables: Uint8Array[],
): Tokens | undefined {
  const { components, data, ends, restartInterval } = jpeg;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const frequencies = new Int32Array(4 << 8);
  const scales = components.map(({ quantizationTable }, c) => {
    // An unchanged quantization table loses nothing.
    const isResampled = c > 0 && !quantizationTable.every((step, k) => step === targetTables[c][k]);
    return Int32Array.from(quantizationTable, (step, k) =>
      Math.round(
        (step / targetTables[c][k]) * (isResampled ? RESAMPLING_FACTORS[k] : 1) * FIXED_POINT_ONE,
      ),
    );
  });
  const componentsByBlock = components.flatMap(({ horizontal, vertical }, c) =>
    Array.from({ length: horizontal * vertical }, () => c),
  );
  const mcuCount =
    Math.ceil(jpeg.width / (8 * components[0].horizontal)) *
    Math.ceil(jpeg.height / (8 * components[0].vertical));
  const mcusPerInterval = restartInterval || mcuCount;
  if (ends.length !== Math.ceil(mcuCount / mcusPerInterval)) return undefined;

  let tokens = reusableTokens;
  let count = 0;
  const writtenDc = new Int32Array(components.length);

  for (let interval = 0; interval < ends.length; interval++) {
    const end = ends[interval] * 8;
    const intervalMcuCount = Math.min(mcusPerInterval, mcuCount - interval * mcusPerInterval);
    const predictedDc = new Int32Array(components.length);
    // Position in bits. A 32-bit read at any bit position contains at least the next 25 bits.
    let bitPosition = interval === 0 ? 0 : ends[interval - 1] * 8;

    for (let mcu = 0; mcu < intervalMcuCount; mcu++) {
      if (bitPosition > end) return undefined;
      if (count + componentsByBlock.length * MAX_BLOCK_TOKENS > tokens.length)
        tokens = growTokens(tokens);

      for (let b = 0; b < componentsByBlock.length; b++) {
        const c = componentsByBlock[b];
        const { dc, ac } = components[c];
        const { coefficients } = ac;
        const scale = scales[c];
        const dcTable = c === 0 ? 0 : 2 << 8;
        const acTable = dcTable + (1 << 8);

        const dcEntry = dc.readDifference(view, bitPosition);
        if (dcEntry === 0) return undefined;
        bitPosition += dcEntry & 0xff;
        predictedDc[c] += dcEntry >> 8;
        const level = (predictedDc[c] * scale[0] + FIXED_POINT_HALF) >> ONE_SHIFT;
        const difference = level - writtenDc[c];
        writtenDc[c] = level;
        const differenceSize = 32 - Math.clz32(Math.abs(difference));
        if (differenceSize > MAX_DC_SIZE) return undefined;
        frequencies[dcTable | differenceSize]++;
        tokens[count++] =
          ((dcTable | differenceSize) << 16) | getAdditionalBits(difference, differenceSize);

        let previousIndex = 0;
        for (let k = 1; k < 64; k++) {
          const coefficient =
            coefficients[readBitsAt(view, bitPosition) >>> LOOKUP_SHIFT] ||
            ac.readCoefficient(view, bitPosition);
          if (coefficient === 0) return undefined;
          k += (coefficient >> 8) & 0xff;
          bitPosition += coefficient & 0xff;
          const value = coefficient >> 16;
          if (value === 0) continue;
          if (k > 63) return undefined;
          // Avoids a branch on the sign, which a processor cannot predict.
          const sign = value >> 31;
          const quantizedValue =
            (((value ^ sign) - sign) * scale[k] + FIXED_POINT_AC_ROUNDING) >> ONE_SHIFT;
          if (quantizedValue !== 0) {
            let run = k - previousIndex - 1;
            for (; run > 15; run -= 16) {
              frequencies[acTable | RUN_OF_16_ZEROS]++;
              tokens[count++] = (acTable | RUN_OF_16_ZEROS) << 16;
            }
            const size = 32 - Math.clz32(quantizedValue);
            const symbol = acTable | (run << 4) | size;
            frequencies[symbol]++;
            tokens[count++] = (symbol << 16) | ((quantizedValue ^ sign) & ((1 << size) - 1));
            previousIndex = k;
          }
        }
        if (previousIndex < 63) {
          frequencies[acTable | END_OF_BLOCK]++;
          tokens[count++] = (acTable | END_OF_BLOCK) << 16;
        }
      }
    }
    // The data must be complete. Only the padding bits of the last byte may remain.
    if (bitPosition > end || end - bitPosition > 7) return undefined;
  }
  if (tokens.length <= MAX_REUSED_TOKENS) reusableTokens = tokens;
  return { tokens, count, frequencies };
}

/** Returns the additional bits of a coefficient (F.1.2.1). For a negative one, these are the low bits of value - 1. */
const getAdditionalBits = (value: number, size: number): number =>
  (value < 0 ? value - 1 : value) & ((1 << size) - 1);

function growTokens(tokens: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(tokens.length * 2);
  grown.set(tokens);
  return grown;
}
