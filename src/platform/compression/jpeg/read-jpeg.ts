import { DecodingTable } from './decoding-table.js';
import { type EntropyData, readEntropy } from './entropy-data.js';
import { type Frame, readFrame } from './frame.js';
import { HeaderSegments, type HuffmanCodes } from './header-segments.js';
import { isFrame, MARKER, segmentAt } from './segments.js';

export interface Component {
  id: number;
  /** Sampling factors: blocks of the component in one MCU, horizontally and vertically. */
  horizontal: number;
  vertical: number;
  /** Quantization table in zigzag order. */
  steps: Uint8Array;
  dc: DecodingTable;
  ac: DecodingTable;
}

/** A sequential DCT JPEG of one scan, with its entropy-coded data. */
export interface SequentialJpeg extends EntropyData {
  width: number;
  height: number;
  components: Component[];
  /** MCUs per restart interval; 0: no restart intervals. */
  restartInterval: number;
}

/**
 * Reads the most common subset of ITU-T T.81, annex B: 8 bits, baseline, Huffman, one interleaved scan, gray
 * or YCbCr 4:2:0.
 *
 * @returns undefined for any other JPEG, and for a JPEG with an irregularity
 */
export function readJpeg(bytes: Buffer): SequentialJpeg | undefined {
  const header = new HeaderSegments();
  let frame: Frame | undefined;

  let segment = segmentAt(bytes, 2);
  for (; segment; segment = segmentAt(bytes, segment.end)) {
    const { marker, payload } = segment;
    if (!header.read(segment)) return undefined;
    if (marker === MARKER.SOF0 || marker === MARKER.SOF1) {
      if (frame !== undefined) return undefined;
      frame = readFrame(payload);
      if (frame === undefined) return undefined;
    } else if (isFrame(marker)) {
      // Progressive, lossless, arithmetic coding.
      return undefined;
    } else if (marker === MARKER.SOS) {
      if (frame === undefined || !isGrayOrHalved(frame) || !header.isYcc(frame)) return undefined;
      const components = readScan(payload, frame, header);
      const entropy = components && readEntropy(bytes, segment.end);
      // The EOI marker must follow.
      if (!components || !entropy || bytes[entropy.at + 1] !== MARKER.EOI) return undefined;
      const { width, height } = frame;
      const { data, ends } = entropy;
      const { restartInterval } = header;
      return { width, height, components, restartInterval, data, ends };
    }
  }
  return undefined;
}

/** Returns whether the image is gray or 4:2:0, like the output. */
function isGrayOrHalved({ components }: Frame): boolean {
  const sampling = components.map(({ horizontal, vertical }) => horizontal * 16 + vertical);
  if (sampling.length === 1) return true;
  return sampling[0] === 0x22 && sampling[1] === 0x11 && sampling[2] === 0x11;
}

function readScan(
  segment: Buffer,
  frame: Frame,
  { steps, tables }: HeaderSegments,
): Component[] | undefined {
  const count = frame.components.length;
  // Some cameras write a wrong spectral selection. Decoders ignore it in a sequential JPEG.
  if (segment[0] !== count || segment.length !== 4 + 2 * count) return undefined;
  const components: Component[] = [];
  const built = new Map<HuffmanCodes | undefined, DecodingTable | undefined>();
  const getDecodingTable = (codes: HuffmanCodes | undefined) => {
    if (codes && !built.has(codes)) built.set(codes, DecodingTable.of(codes.lengths, codes.values));
    return built.get(codes);
  };
  for (const [i, { id, horizontal, vertical, steps: number }] of frame.components.entries()) {
    const [selector, which] = [segment[1 + 2 * i], segment[2 + 2 * i]];
    const dc = getDecodingTable(tables[which >> 4]);
    const ac = getDecodingTable(tables[16 + (which & 15)]);
    const found = steps[number];
    if (selector !== id || !found || !dc || !ac) return undefined;
    // A scan of one component is not interleaved, independent of its sampling factors (A.2.2).
    components.push({
      id,
      ...(count === 1 ? { horizontal: 1, vertical: 1 } : { horizontal, vertical }),
      steps: found,
      dc,
      ac,
    });
  }
  return components;
}
