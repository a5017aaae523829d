import { DecodingTable } from './decoding-table.js';
import { type Frame, readFrame } from './frame.js';
import { endOfScan, isOf, MARKER, segmentAt } from './segments.js';

/** One MCU can't be longer: 6 blocks of 64 codes of 16 bits, each with a number of 11 bits at most. */
const BEYOND = 2048;
/** Adobe's "Supporting the DCT Filters in PostScript Level 2": the components are Y, Cb, Cr. */
const ADOBE_YCC = 1;

export interface Component {
  id: number;
  /** Blocks of it in one MCU, across and down. */
  across: number;
  down: number;
  /** Steps in zigzag order. */
  steps: Uint8Array;
  dc: DecodingTable;
  ac: DecodingTable;
}

/** A JPEG of one scan of sequential DCT, its entropy-coded data as it stands in the file. */
export interface SequentialJpeg {
  width: number;
  height: number;
  components: Component[];
  /** MCUs between two restarts; 0: none. */
  restartInterval: number;
  /**
   * Entropy-coded data without stuffed zeros, one restart interval after the other, and room behind
   * it: whoever reads it looks once an MCU whether that was the end.
   */
  data: Uint8Array;
  /** Where each interval ends in `data`. */
  ends: number[];
}

/**
 * ITU-T T.81, annex B, as far as nearly all JPEGs use it: 8 bits, baseline, Huffman, one interleaved scan,
 * gray or YCbCr with color at half the size.
 *
 * @returns nothing for any other JPEG, and for one with anything wrong
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
      // Shorter ones say nothing to the library, nor do those of JFIF.
      if (isOf('Adobe', payload) && payload.length >= 12) adobeTransform = payload[11];
    } else if (marker === MARKER.SOF0 || marker === MARKER.SOF1) {
      if (frame !== undefined) return undefined;
      frame = readFrame(payload);
      if (frame === undefined) return undefined;
    } else if (marker <= MARKER.SOF15) {
      // Progressive, lossless, arithmetic.
      return undefined;
    } else if (marker === MARKER.SOS) {
      if (frame === undefined || !isGrayOrHalved(frame, isJfif, adobeTransform)) return undefined;
      const components = readScan(payload, frame, steps, tables);
      const entropy = components && readEntropy(bytes, segment.end);
      // The end of the image has to follow.
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
    // Above 3: steps of 16 bits.
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

/** By class and number: 0 to 3 are for DC, 16 to 19 for AC. A file may define thousands that it never uses. */
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

/** Gray, or with chroma at half the size, as it is written anew. */
function isGrayOrHalved(frame: Frame, isJfif: boolean, adobeTransform?: number): boolean {
  const sampling = frame.components.map(({ across, down }) => across * 16 + down);
  const isHalved = sampling[0] === 0x22 && sampling[1] === 0x11 && sampling[2] === 0x11;
  return (sampling.length === 1 || isHalved) && isYcc(frame, isJfif, adobeTransform);
}

/** Gray, or Y, Cb and Cr as the library decides it. */
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
  const spectrum = 1 + 2 * count;
  if (segment[0] !== count || segment.length !== spectrum + 3) return undefined;
  if (segment[spectrum] !== 0 || segment[spectrum + 1] !== 63 || segment[spectrum + 2] !== 0) {
    return undefined;
  }
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
    // A scan of one component goes block by block, whatever its sampling (A.2.2).
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
 * Entropy-coded data up to the next marker that is not a restart.
 *
 * @returns with `at`, where this marker is; undefined for restarts in the wrong order
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
    // A stuffed zero: the byte before it is one of the data.
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
