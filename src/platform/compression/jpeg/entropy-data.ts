import { findScanEnd, MARKER } from './segments.js';

/** Sufficient for one MCU: 6 blocks of 64 16-bit codes, each with at most 11 additional bits. */
export const MCU_PADDING_BYTES = 2048;

/** Entropy-coded data without stuffed zeros, one restart interval after the other. */
export interface EntropyData {
  /** The data, followed by zeros for one MCU. A reader checks for the end only once per MCU. */
  data: Uint8Array;
  /** End of each interval in `data`. */
  ends: number[];
}

/**
 * Reads entropy-coded data up to the next marker that is not a restart marker.
 *
 * @returns the data and the position of this marker; undefined for restart markers in the wrong order
 */
export function readEntropyData(
  bytes: Buffer,
  start: number,
): (EntropyData & { nextMarker: number }) | undefined {
  const end = findScanEnd(bytes, start);
  const data = new Uint8Array(end - start + MCU_PADDING_BYTES);
  const ends: number[] = [];
  let length = 0;
  for (let offset = start; offset < end;) {
    const match = bytes.indexOf(0xff, offset);
    const marker = match < 0 || match > end ? end : match;
    const nextByte = bytes[marker + 1];
    // A stuffed zero: the 0xFF before it is data.
    const copyEnd = marker < end && nextByte === 0 ? marker + 1 : marker;
    bytes.copy(data, length, offset, copyEnd);
    length += copyEnd - offset;
    offset = marker + 2;
    if (marker === end || nextByte === 0) continue;
    if (nextByte !== MARKER.RST0 + (ends.length & 7)) return undefined;
    ends.push(length);
  }
  ends.push(length);
  return { data, ends, nextMarker: end };
}
