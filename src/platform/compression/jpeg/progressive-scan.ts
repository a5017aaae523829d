import { BLOCK_SIZE } from './coefficient-plane.js';
import { bitsAt, LOOKUP_BITS } from './decoding-table.js';
import type { Interval, IntervalReader, Scan } from './scan.js';
import { readRefinement } from './refinement-scan.js';

const LOOKUP_SHIFT = 32 - LOOKUP_BITS;

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
    const difference = dc.readDifference(view, at);
    if (difference === 0) return undefined;
    at += difference & 0xff;
    const level = levels[index] + (difference >> 8);
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
  const { coefficients } = ac;
  let at = start;
  for (let i = from; i < to; i++) {
    if (at > end) return undefined;
    const block = order[i];
    const base = block * BLOCK_SIZE;
    let lowBits = nonzero[2 * block];
    let highBits = nonzero[2 * block + 1];
    for (let k = first; k <= last; k++) {
      const coefficient =
        coefficients[bitsAt(view, at) >>> LOOKUP_SHIFT] || ac.readCoefficient(view, at);
      if (coefficient === 0) {
        const code = ac.readSymbol(view, at);
        const [run, size] = [(code >> 4) & 15, code & 15];
        if (code === 0 || size > 0) return undefined;
        at += code >> 8;
        // Number of remaining blocks of the end-of-band run, after this one.
        i += (1 << run) - 1 + (bitsAt(view, at) >>> (32 - run));
        at += run;
        break;
      }
      k += (coefficient >> 8) & 0xff;
      at += coefficient & 0xff;
      const value = coefficient >> 16;
      if (value === 0) continue;
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
