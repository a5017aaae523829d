import { findScanEnd, MARKER } from './segments.js';

/** Maximum length of one MCU: 6 blocks of 64 codes of 16 bits, each with at most 11 additional bits. */
export const BEYOND = 2048;

/** Entropy-coded data without stuffed zeros, one restart interval after the other. */
export interface EntropyData {
  /** Zeros for one MCU follow the data: a reader checks for the end only once per MCU. */
  data: Uint8Array;
  /** End of each interval in `data`. */
  ends: number[];
}

/**
 * Reads entropy-coded data up to the next marker that is not a restart marker.
 *
 * @returns with `at`, the position of this marker; undefined for restart markers in the wrong order
 */
export function readEntropy(
  bytes: Buffer,
  start: number,
): (EntropyData & { at: number }) | undefined {
  const end = findScanEnd(bytes, start);
  const data = new Uint8Array(end - start + BEYOND);
  const ends: number[] = [];
  let length = 0;
  for (let at = start; at < end;) {
    const found = bytes.indexOf(0xff, at);
    const marker = found < 0 || found > end ? end : found;
    const next = bytes[marker + 1];
    // A stuffed zero: the 0xFF before it is data.
    const to = marker < end && next === 0 ? marker + 1 : marker;
    bytes.copy(data, length, at, to);
    length += to - at;
    at = marker + 2;
    if (marker === end || next === 0) continue;
    if (next !== MARKER.RST0 + (ends.length & 7)) return undefined;
    ends.push(length);
  }
  ends.push(length);
  return { data, ends, at: end };
}
