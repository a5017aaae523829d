import { DecodingTable } from './decoding-table.js';
import { type EntropyData, readEntropyData } from './entropy-data.js';
import { type Frame, readFrame } from './frame.js';
import { HeaderSegments, type HuffmanCodes } from './header-segments.js';
import { isFrameMarker, MARKER, readSegment } from './segments.js';

export interface Component {
  id: number;
  /** Sampling factors: blocks of the component in one MCU, horizontally and vertically. */
  horizontal: number;
  vertical: number;
  /** Quantization table in zigzag order. */
  quantizationTable: Uint8Array;
  dc: DecodingTable;
  ac: DecodingTable;
}

/** A sequential DCT JPEG with one scan, and its entropy-coded data. */
export interface SequentialJpeg extends EntropyData {
  width: number;
  height: number;
  components: Component[];
  /** MCUs per restart interval; 0 if there are no restart intervals. */
  restartInterval: number;
}

/**
 * Reads the most common subset of ITU-T T.81, annex B: 8 bits, baseline, Huffman, one interleaved scan, gray
 * or YCbCr 4:2:0.
 *
 * @returns undefined for any other JPEG, and for an irregular JPEG
 */
export function readJpeg(bytes: Buffer): SequentialJpeg | undefined {
  const header = new HeaderSegments();
  let frame: Frame | undefined;

  let segment = readSegment(bytes, 2);
  for (; segment; segment = readSegment(bytes, segment.end)) {
    const { marker, payload } = segment;
    if (!header.readHeaderSegment(segment)) return undefined;
    if (marker === MARKER.SOF0 || marker === MARKER.SOF1) {
      if (frame !== undefined) return undefined;
      frame = readFrame(payload);
      if (frame === undefined) return undefined;
    } else if (isFrameMarker(marker)) {
      // Progressive, lossless and arithmetic coding are not supported.
      return undefined;
    } else if (marker === MARKER.SOS) {
      if (frame === undefined || !isGrayOr420(frame) || !header.isYcc(frame)) return undefined;
      const components = readScanHeader(payload, frame, header);
      const entropy = components && readEntropyData(bytes, segment.end);
      // The EOI marker must follow.
      if (!components || !entropy || bytes[entropy.nextMarker + 1] !== MARKER.EOI) return undefined;
      const { width, height } = frame;
      const { data, ends } = entropy;
      const { restartInterval } = header;
      return { width, height, components, restartInterval, data, ends };
    }
  }
  return undefined;
}

/** Returns whether the image is gray or 4:2:0, like the output. */
function isGrayOr420({ components }: Frame): boolean {
  const sampling = components.map(({ horizontal, vertical }) => horizontal * 16 + vertical);
  if (sampling.length === 1) return true;
  return sampling[0] === 0x22 && sampling[1] === 0x11 && sampling[2] === 0x11;
}

function readScanHeader(
  segment: Buffer,
  frame: Frame,
  { quantizationTables, huffmanTables }: HeaderSegments,
): Component[] | undefined {
  const count = frame.components.length;
  // Some cameras write a wrong spectral selection. Decoders ignore it in a sequential JPEG.
  if (segment[0] !== count || segment.length !== 4 + 2 * count) return undefined;
  const components: Component[] = [];
  const tablesByCodes = new Map<HuffmanCodes | undefined, DecodingTable | undefined>();
  const getDecodingTable = (codes: HuffmanCodes | undefined) => {
    if (codes && !tablesByCodes.has(codes))
      tablesByCodes.set(codes, DecodingTable.create(codes.codeCounts, codes.values));
    return tablesByCodes.get(codes);
  };
  for (const [
    i,
    { id, horizontal, vertical, quantizationTableIndex },
  ] of frame.components.entries()) {
    const [selector, tableSelector] = [segment[1 + 2 * i], segment[2 + 2 * i]];
    const dc = getDecodingTable(huffmanTables[tableSelector >> 4]);
    const ac = getDecodingTable(huffmanTables[16 + (tableSelector & 15)]);
    const quantizationTable = quantizationTables[quantizationTableIndex];
    if (selector !== id || !quantizationTable || !dc || !ac) return undefined;
    // A scan of one component is not interleaved, regardless of its sampling factors (A.2.2).
    components.push({
      id,
      ...(count === 1 ? { horizontal: 1, vertical: 1 } : { horizontal, vertical }),
      quantizationTable,
      dc,
      ac,
    });
  }
  return components;
}
