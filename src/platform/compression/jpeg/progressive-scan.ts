import { BLOCK_SIZE } from './coefficient-plane.js';
import { LOOK_BITS, signed } from './decoding-table.js';
import type { Interval, IntervalReader, Scan } from './scan.js';
import { MAX_AC_SIZE, MAX_DC_SIZE } from './sequential-scan.js';
import { readRefinement } from './refinement-scan.js';

const LOOK_SHIFT = 32 - LOOK_BITS;

/** Reads a scan of a progressive JPEG (ITU-T T.81, annex G). */
export function progressiveReader({ first, isRefinement }: Scan): IntervalReader {
  if (first === 0) return isRefinement ? readDcBits : readDc;
  return isRefinement ? readRefinement : readAc;
}

function readDc(
  { pattern, order, low }: Scan,
  { from, to, start, end }: Interval,
  view: DataView,
): number | undefined {
  const levels = new Int32Array(pattern.length);
  let turn = 0;
  let at = start;
  for (let i = from; i < to; i++) {
    if (at > end) return undefined;
    const { plane, index, dc } = pattern[turn];
    turn = turn + 1 === pattern.length ? 0 : turn + 1;
    if (!dc) return undefined;
    let bits = view.getInt32(at >>> 3) << (at & 7);
    let level = levels[index];
    const difference = dc.numbers[bits >>> LOOK_SHIFT];
    if (difference !== 0) {
      at += difference & 0xff;
      level += difference >> 16;
    } else {
      const code = dc.symbols[bits >>> LOOK_SHIFT] || dc.long(bits >>> 16);
      const size = code & 0xff;
      if (code === 0 || size > MAX_DC_SIZE) return undefined;
      at += code >> 8;
      bits = view.getInt32(at >>> 3) << (at & 7);
      if (size > 0) level += signed(bits >>> (32 - size), size);
      at += size;
    }
    levels[index] = level;
    if (level === 0) continue;
    plane.values[order[i] * BLOCK_SIZE] = level << low;
    plane.nonzero[2 * order[i]] |= 1;
  }
  return at;
}

function readDcBits(
  { pattern, order, low, data }: Scan,
  { from, to, start }: Interval,
): number | undefined {
  let at = start;
  for (let i = from; i < to; i++, at++) {
    if (((data[at >>> 3] >> (7 - (at & 7))) & 1) === 0) continue;
    const { values, nonzero } = pattern[i % pattern.length].plane;
    const [word, base] = [2 * order[i], order[i] * BLOCK_SIZE];
    const level = (nonzero[word] & 1) === 0 ? 0 : values[base];
    values[base] = level | (1 << low);
    nonzero[word] |= 1;
  }
  return at;
}

function readAc(
  { pattern, order, first, last, low }: Scan,
  { from, to, start, end }: Interval,
  view: DataView,
): number | undefined {
  const [{ plane, ac }] = pattern;
  if (!ac) return undefined;
  const { values, nonzero } = plane;
  const { numbers } = ac;
  let at = start;
  for (let i = from; i < to; i++) {
    if (at > end) return undefined;
    const block = order[i];
    const base = block * BLOCK_SIZE;
    let lowBits = nonzero[2 * block];
    let highBits = nonzero[2 * block + 1];
    for (let k = first; k <= last; k++) {
      let bits = view.getInt32(at >>> 3) << (at & 7);
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
        const [run, size] = [(code >> 4) & 15, code & 15];
        if (size === 0 && run < 15) {
          // Number of further blocks of the end-of-band run, after this one.
          bits = view.getInt32(at >>> 3) << (at & 7);
          i += (1 << run) - 1 + (run > 0 ? bits >>> (32 - run) : 0);
          at += run;
          break;
        }
        k += run;
        if (size === 0) continue;
        if (size > MAX_AC_SIZE) return undefined;
        bits = view.getInt32(at >>> 3) << (at & 7);
        value = signed(bits >>> (32 - size), size);
        at += size;
      }
      if (k > last) return undefined;
      values[base + k] = value << low;
      if (k < 32) lowBits |= 1 << k;
      else highBits |= 1 << (k - 32);
    }
    if (i >= to) return undefined;
    nonzero[2 * block] = lowBits;
    nonzero[2 * block + 1] = highBits;
  }
  return at;
}
