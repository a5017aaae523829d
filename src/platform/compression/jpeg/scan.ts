import type { CoefficientPlane } from './coefficient-plane.js';
import type { DecodingTable } from './decoding-table.js';
import type { EntropyData } from './entropy-data.js';

export interface ScanComponent {
  plane: CoefficientPlane;
  /** Position in the scan. */
  index: number;
  dc?: DecodingTable;
  ac?: DecodingTable;
}

/** One scan of a JPEG (ITU-T T.81, B.2.3 and annex G). */
export interface Scan extends EntropyData {
  /** The component of each block of an MCU. */
  pattern: ScanComponent[];
  /** Blocks in the order of the scan. */
  order: Int32Array;
  /** Spectral selection. */
  first: number;
  last: number;
  /** Successive approximation: the bit position of this scan (Al). */
  low: number;
  isRefinement: boolean;
  isProgressive: boolean;
  /** MCUs per restart interval; 0: no restart intervals. */
  restartInterval: number;
}

/** A restart interval of a scan: blocks `from` to `to` in scan order. */
export interface Interval {
  from: number;
  to: number;
  /** Bit positions in the data. */
  start: number;
  end: number;
}

/**
 * Reads a restart interval into the planes.
 *
 * @returns the position after the last bit that was read; undefined for an irregularity
 */
export type IntervalReader = (scan: Scan, interval: Interval, view: DataView) => number | undefined;

/** @returns false if the data do not match the scan exactly */
export function readScanWith(read: IntervalReader, scan: Scan): boolean {
  const { order, pattern, ends, restartInterval, data } = scan;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const mcus = order.length / pattern.length;
  const length = restartInterval || mcus;
  if (ends.length !== Math.ceil(mcus / length)) return false;
  return ends.every((endByte, i) => {
    const from = i * length * pattern.length;
    const to = Math.min(from + length * pattern.length, order.length);
    const [start, end] = [i === 0 ? 0 : ends[i - 1] * 8, endByte * 8];
    const at = read(scan, { from, to, start, end }, view);
    // The data must be complete. Only the padding bits of the last byte may remain.
    return at !== undefined && at <= end && end - at <= 7;
  });
}
