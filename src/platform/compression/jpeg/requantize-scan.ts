import { KEPT_BY_RESAMPLING } from './chroma-resampling.js';
import { bitsAt, LOOKUP_BITS, MAX_DC_SIZE } from './decoding-table.js';
import type { SequentialJpeg } from './read-jpeg.js';
import type { Tokens } from './token-buffer.js';

const END_OF_BLOCK = 0;
const RUN_OF_16_ZEROS = 0xf0;
const LOOKUP_SHIFT = 32 - LOOKUP_BITS;
/** Tokens of one block: one for each coefficient. */
const BLOCK_TOKENS = 64;
/** Fixed-point one. No scale exceeds it. */
const ONE_SHIFT = 16;
const ONE = 1 << ONE_SHIFT;
const HALF = ONE / 2;
/**
 * Added to an AC coefficient before it is rounded down. Less than a half, because most coefficients are
 * below the middle of their quantization step. Saves 6 % of the bytes at the same score
 * (docs/adr/0037-jpeg-quality-by-score.md).
 */
export const AC_ROUNDING = 0.42;
const NEARLY_HALF = AC_ROUNDING * ONE;

/** Reused for the next image: the kernel has to clear and map new memory. */
let scratch = new Int32Array(1 << 20);
const KEPT_TOKENS = 1 << 22;

/**
 * Decodes the coefficients and quantizes each with the target table. Computes no pixels.
 *
 * @param target quantization table in zigzag order of each component
 * @returns undefined if the data do not match the image exactly
 */
export function requantizeScan(jpeg: SequentialJpeg, target: Uint8Array[]): Tokens | undefined {
  const { components, data, ends, restartInterval } = jpeg;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const frequencies = new Int32Array(4 << 8);
  const scales = components.map(({ steps }, c) => {
    // An unchanged quantization table loses nothing.
    const resampled = c > 0 && !steps.every((step, k) => step === target[c][k]);
    return Int32Array.from(steps, (step, k) =>
      Math.round((step / target[c][k]) * (resampled ? KEPT_BY_RESAMPLING[k] : 1) * ONE),
    );
  });
  const blocks = components.flatMap(({ horizontal, vertical }, c) =>
    Array.from({ length: horizontal * vertical }, () => c),
  );
  const mcus =
    Math.ceil(jpeg.width / (8 * components[0].horizontal)) *
    Math.ceil(jpeg.height / (8 * components[0].vertical));
  const interval = restartInterval || mcus;
  if (ends.length !== Math.ceil(mcus / interval)) return undefined;

  let tokens = scratch;
  let count = 0;
  const written = new Int32Array(components.length);

  for (let part = 0; part < ends.length; part++) {
    const end = ends[part] * 8;
    const last = Math.min(interval, mcus - part * interval);
    const predicted = new Int32Array(components.length);
    // In bits. A 32-bit read at any bit position has at least the next 25 bits.
    let at = part === 0 ? 0 : ends[part - 1] * 8;

    for (let mcu = 0; mcu < last; mcu++) {
      if (at > end) return undefined;
      if (count + blocks.length * BLOCK_TOKENS > tokens.length) tokens = growBuffer(tokens);

      for (let b = 0; b < blocks.length; b++) {
        const c = blocks[b];
        const { dc, ac } = components[c];
        const { coefficients } = ac;
        const scale = scales[c];
        const dcTable = c === 0 ? 0 : 2 << 8;
        const acTable = dcTable + (1 << 8);

        const coded = dc.readDifference(view, at);
        if (coded === 0) return undefined;
        at += coded & 0xff;
        predicted[c] += coded >> 8;
        const level = (predicted[c] * scale[0] + HALF) >> ONE_SHIFT;
        const difference = level - written[c];
        written[c] = level;
        const differenceSize = 32 - Math.clz32(Math.abs(difference));
        if (differenceSize > MAX_DC_SIZE) return undefined;
        frequencies[dcTable | differenceSize]++;
        tokens[count++] = ((dcTable | differenceSize) << 16) | lowBits(difference, differenceSize);

        let before = 0;
        for (let k = 1; k < 64; k++) {
          const coefficient =
            coefficients[bitsAt(view, at) >>> LOOKUP_SHIFT] || ac.readCoefficient(view, at);
          if (coefficient === 0) return undefined;
          k += (coefficient >> 8) & 0xff;
          at += coefficient & 0xff;
          const value = coefficient >> 16;
          if (value === 0) continue;
          if (k > 63) return undefined;
          // Avoids a branch on the sign, which a processor cannot predict.
          const sign = value >> 31;
          const rounded = (((value ^ sign) - sign) * scale[k] + NEARLY_HALF) >> ONE_SHIFT;
          if (rounded !== 0) {
            let run = k - before - 1;
            for (; run > 15; run -= 16) {
              frequencies[acTable | RUN_OF_16_ZEROS]++;
              tokens[count++] = (acTable | RUN_OF_16_ZEROS) << 16;
            }
            const size = 32 - Math.clz32(rounded);
            const symbol = acTable | (run << 4) | size;
            frequencies[symbol]++;
            tokens[count++] = (symbol << 16) | ((rounded ^ sign) & ((1 << size) - 1));
            before = k;
          }
        }
        if (before < 63) {
          frequencies[acTable | END_OF_BLOCK]++;
          tokens[count++] = (acTable | END_OF_BLOCK) << 16;
        }
      }
    }
    // The data must be complete. Only the padding bits of the last byte may remain.
    if (at > end || end - at > 7) return undefined;
  }
  if (tokens.length <= KEPT_TOKENS) scratch = tokens;
  return { tokens, count, frequencies };
}

/** Returns the additional bits of a coefficient (F.1.2.1): for a negative one, the low bits of its value less one. */
const lowBits = (value: number, size: number): number =>
  (value < 0 ? value - 1 : value) & ((1 << size) - 1);

function growBuffer(tokens: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(tokens.length * 2);
  grown.set(tokens);
  return grown;
}
