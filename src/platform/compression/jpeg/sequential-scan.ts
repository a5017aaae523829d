import { BLOCK_SIZE } from './coefficient-plane.js';
import { bitsAt, LOOKUP_BITS } from './decoding-table.js';
import type { Interval, Scan } from './scan.js';

const LOOKUP_SHIFT = 32 - LOOKUP_BITS;

/** Reads complete blocks, as in baseline JPEGs (ITU-T T.81, F.2.2). */
export function readSequential(
  { pattern, order }: Scan,
  { from, to, start, end }: Interval,
  view: DataView,
): number | undefined {
  const levels = new Int32Array(pattern.length);
  let turn = 0;
  let at = start;
  for (let i = from; i < to; i++) {
    if (at > end) return undefined;
    const { plane, index, dc, ac } = pattern[turn];
    turn = turn + 1 === pattern.length ? 0 : turn + 1;
    if (!dc || !ac) return undefined;
    const { values, nonzero } = plane;
    const block = order[i];
    const base = block * BLOCK_SIZE;

    const difference = dc.readDifference(view, at);
    if (difference === 0) return undefined;
    at += difference & 0xff;
    const level = levels[index] + (difference >> 8);
    levels[index] = level;
    values[base] = level;
    let low = level === 0 ? 0 : 1;
    let high = 0;

    const { coefficients } = ac;
    for (let k = 1; k < BLOCK_SIZE; k++) {
      const coefficient =
        coefficients[bitsAt(view, at) >>> LOOKUP_SHIFT] || ac.readCoefficient(view, at);
      if (coefficient === 0) return undefined;
      k += (coefficient >> 8) & 0xff;
      at += coefficient & 0xff;
      const value = coefficient >> 16;
      if (value === 0) continue;
      if (k >= BLOCK_SIZE) return undefined;
      values[base + k] = value;
      if (k < 32) low |= 1 << k;
      else high |= 1 << (k - 32);
    }
    nonzero[2 * block] = low;
    nonzero[2 * block + 1] = high;
  }
  return at;
}
