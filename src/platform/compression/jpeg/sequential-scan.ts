import { BLOCK_SIZE } from './coefficient-plane.js';
import { LOOK_BITS, signed } from './decoding-table.js';
import type { Interval, Scan } from './scan.js';

const END_OF_BLOCK = 0;
const SIXTEEN_ZEROS = 0xf0;
const LOOK_SHIFT = 32 - LOOK_BITS;
export const MAX_DC_SIZE = 11;
export const MAX_AC_SIZE = 10;

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

    let bits = view.getInt32(at >>> 3) << (at & 7);
    let level = levels[index];
    const difference = dc.numbers[bits >>> LOOK_SHIFT];
    if (difference !== 0) {
      at += difference & 0xff;
      level += difference >> 16;
    } else {
      const dcCode = dc.symbols[bits >>> LOOK_SHIFT] || dc.long(bits >>> 16);
      const dcSize = dcCode & 0xff;
      if (dcCode === 0 || dcSize > MAX_DC_SIZE) return undefined;
      at += dcCode >> 8;
      bits = view.getInt32(at >>> 3) << (at & 7);
      if (dcSize > 0) level += signed(bits >>> (32 - dcSize), dcSize);
      at += dcSize;
    }
    levels[index] = level;
    values[base] = level;
    let low = level === 0 ? 0 : 1;
    let high = 0;

    const { numbers } = ac;
    for (let k = 1; k < BLOCK_SIZE; k++) {
      bits = view.getInt32(at >>> 3) << (at & 7);
      let value: number;
      const known = numbers[bits >>> LOOK_SHIFT];
      if (known !== 0) {
        k += (known >> 8) & 0xff;
        at += known & 0xff;
        value = known >> 16;
        if (value === 0) continue;
      } else {
        const code = ac.symbols[bits >>> LOOK_SHIFT] || ac.long(bits >>> 16);
        if (code === 0) return undefined;
        at += code >> 8;
        k += (code >> 4) & 15;
        const size = code & 15;
        if (size === 0) {
          if ((code & 0xff) === END_OF_BLOCK) break;
          if ((code & 0xff) !== SIXTEEN_ZEROS) return undefined;
          continue;
        }
        if (size > MAX_AC_SIZE) return undefined;
        bits = view.getInt32(at >>> 3) << (at & 7);
        value = signed(bits >>> (32 - size), size);
        at += size;
      }
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
