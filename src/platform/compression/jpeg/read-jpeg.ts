import { DecodingTable } from './decoding-table.js';
import { type Frame, readFrame } from './frame.js';
import { endOfScan, isOf, MARKER, segmentAt } from './segments.js';

/** Maximum length of one MCU: 6 blocks of 64 codes of 16 bits, each with at most 11 additional bits. */
const BEYOND = 2048;
/** Adobe's "Supporting the DCT Filters in PostScript Level 2": the components are Y, Cb, Cr. */
const ADOBE_YCC = 1;

export interface Component {
  id: number;
  /** Sampling factors: blocks of the component in one MCU, horizontally and vertically. */
  across: number;
  down: number;
  /** Quantization table in zigzag order. */
  steps: Uint8Array;
  dc: DecodingTable;
  ac: DecodingTable;
}

/** A sequential DCT JPEG of one scan, with its entropy-coded data. */
export interface SequentialJpeg {
  width: number;
  height: number;
  components: Component[];
  /** MCUs per restart interval; 0: no restart intervals. */
  restartInterval: number;
  /**
   * Entropy-coded data without stuffed zeros, one restart interval after the other. Zeros for one MCU
   * follow it: a reader checks for the end only once per MCU.
   */
  data: Uint8Array;
  /** End of each interval in `data`. */
  ends: number[];
}

/**
 * Reads the subset of ITU-T T.81, annex B, that nearly all JPEGs use: 8 bits, baseline, Huffman, one
 * interleaved scan, gray or YCbCr 4:2:0.
 *
 * @returns undefined for any other JPEG, and for a JPEG with an irregularity
 */
export function readJpeg(bytes: Buffer): SequentialJpeg | undefined {
  const steps: Uint8Array[] = [];
  const tables: HuffmanCodes[] = [];
  let restartInterval = 0;
  let isJfif = false;
  let adobeTransform: number | undefined;
  let frame: Frame | undefined;

  let segment = segmentAt(bytes, 2);
  for (; segment; segment = segmentAt(bytes, segment.end)) {
    const { marker, payload } = segment;
    if (marker === MARKER.DQT) {
      if (!readSteps(payload, steps)) return undefined;
    } else if (marker === MARKER.DHT) {
      if (!readTables(payload, tables)) return undefined;
    } else if (marker === MARKER.DRI) {
      if (payload.length !== 2) return undefined;
      restartInterval = payload.readUInt16BE(0);
    } else if (marker === MARKER.APP0) {
      isJfif ||= isOf('JFIF\0', payload) && payload.length >= 14;
    } else if (marker === MARKER.APP14) {
      // The library ignores shorter segments, as it does for JFIF.
      if (isOf('Adobe', payload) && payload.length >= 12) adobeTransform = payload[11];
    } else if (marker === MARKER.SOF0 || marker === MARKER.SOF1) {
      if (frame !== undefined) return undefined;
      frame = readFrame(payload);
      if (frame === undefined) return undefined;
    } else if (marker <= MARKER.SOF15) {
      // Progressive, lossless, arithmetic coding.
      return undefined;
    } else if (marker === MARKER.SOS) {
      if (frame === undefined || !isGrayOrHalved(frame, isJfif, adobeTransform)) return undefined;
      const components = readScan(payload, frame, steps, tables);
      const entropy = components && readEntropy(bytes, segment.end);
      // The EOI marker must follow.
      if (!components || !entropy || bytes[entropy.at + 1] !== MARKER.EOI) return undefined;
      const { width, height } = frame;
      const { data, ends } = entropy;
      return { width, height, components, restartInterval, data, ends };
    }
  }
  return undefined;
}

export function readSteps(segment: Buffer, steps: Uint8Array[]): boolean {
  let at = 0;
  for (; at < segment.length; at += 65) {
    // Above 3: 16-bit quantization tables.
    if (segment[at] > 3 || at + 65 > segment.length) return false;
    steps[segment[at]] = segment.subarray(at + 1, at + 65);
    if (steps[segment[at]].includes(0)) return false;
  }
  return true;
}

export interface HuffmanCodes {
  lengths: Uint8Array;
  values: Uint8Array;
}

/** Tables by class and destination: 0 to 3 are DC, 16 to 19 are AC. A file may define thousands of unused tables. */
export function readTables(segment: Buffer, tables: HuffmanCodes[]): boolean {
  for (let at = 0; at < segment.length;) {
    const which = segment[at];
    if ((which & 0xec) !== 0 || at + 17 > segment.length) return false;
    const lengths = segment.subarray(at + 1, at + 17);
    const symbols = lengths.reduce((sum, count) => sum + count, 0);
    if (at + 17 + symbols > segment.length) return false;
    const values = segment.subarray(at + 17, at + 17 + symbols);
    tables[which] = { lengths, values };
    at += 17 + symbols;
  }
  return true;
}

/** Whether the image is gray or 4:2:0, the sampling that is written. */
function isGrayOrHalved(frame: Frame, isJfif: boolean, adobeTransform?: number): boolean {
  const sampling = frame.components.map(({ across, down }) => across * 16 + down);
  const isHalved = sampling[0] === 0x22 && sampling[1] === 0x11 && sampling[2] === 0x11;
  return (sampling.length === 1 || isHalved) && isYcc(frame, isJfif, adobeTransform);
}

/** Whether the image is gray or YCbCr, by the rules of the library. */
export function isYcc({ components }: Frame, isJfif: boolean, adobeTransform?: number): boolean {
  if (components.length === 1) return true;
  if (components.length !== 3) return false;
  if (adobeTransform !== undefined) return adobeTransform === ADOBE_YCC;
  return isJfif || components.every(({ id }, i) => id === i + 1);
}

function readScan(
  segment: Buffer,
  frame: Frame,
  steps: Uint8Array[],
  tables: HuffmanCodes[],
): Component[] | undefined {
  const count = frame.components.length;
  // Some cameras write a wrong spectral selection. Decoders ignore it in a sequential JPEG.
  if (segment[0] !== count || segment.length !== 4 + 2 * count) return undefined;
  const components: Component[] = [];
  const built = new Map<HuffmanCodes | undefined, DecodingTable | undefined>();
  const tableOf = (codes: HuffmanCodes | undefined) => {
    if (codes && !built.has(codes)) built.set(codes, DecodingTable.of(codes.lengths, codes.values));
    return built.get(codes);
  };
  for (const [i, { id, across, down, steps: number }] of frame.components.entries()) {
    const [selector, which] = [segment[1 + 2 * i], segment[2 + 2 * i]];
    const dc = tableOf(tables[which >> 4]);
    const ac = tableOf(tables[16 + (which & 15)]);
    const found = steps[number];
    if (selector !== id || !found || !dc || !ac) return undefined;
    // A scan of one component is not interleaved, independent of its sampling factors (A.2.2).
    components.push({
      id,
      ...(count === 1 ? { across: 1, down: 1 } : { across, down }),
      steps: found,
      dc,
      ac,
    });
  }
  return components;
}

/**
 * Reads entropy-coded data up to the next marker that is not a restart marker.
 *
 * @returns with `at`, the position of this marker; undefined for restart markers in the wrong order
 */
export function readEntropy(bytes: Buffer, start: number) {
  const end = endOfScan(bytes, start);
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
