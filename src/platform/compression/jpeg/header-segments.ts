import type { Frame } from './frame.js';
import { hasIdentifier, MARKER, type Segment } from './segments.js';

/** Transform of Adobe's "Supporting the DCT Filters in PostScript Level 2" with the components Y, Cb and Cr. */
const ADOBE_YCC = 1;

export interface HuffmanCodes {
  codeCounts: Uint8Array;
  values: Uint8Array;
}

/** Collects the segments before and between the scans of a JPEG (ITU-T T.81, annex B.2.4). */
export class HeaderSegments {
  /** Quantization tables by destination, in zigzag order. */
  readonly quantizationTables: Uint8Array[] = [];
  /** Huffman tables by class and destination: 0 to 3 are DC, 16 to 19 are AC. */
  readonly huffmanTables: HuffmanCodes[] = [];
  /** MCUs per restart interval; 0 if there are no restart intervals. */
  restartInterval = 0;
  private isJfif = false;
  private adobeTransform?: number;

  /**
   * Reads one segment. Ignores segments that do not affect coefficients. @returns false for an
   * irregular segment
   */
  readHeaderSegment({ marker, payload }: Segment): boolean {
    switch (marker) {
      case MARKER.DQT:
        return readQuantizationTables(payload, this.quantizationTables);
      case MARKER.DHT:
        return readHuffmanTables(payload, this.huffmanTables);
      case MARKER.DRI:
        if (payload.length !== 2) return false;
        this.restartInterval = payload.readUInt16BE(0);
        return true;
      case MARKER.APP0:
        // Sharp ignores shorter segments.
        this.isJfif ||= hasIdentifier('JFIF\0', payload) && payload.length >= 14;
        return true;
      case MARKER.APP14:
        if (hasIdentifier('Adobe', payload) && payload.length >= 12)
          this.adobeTransform = payload[11];
        return true;
      default:
        return true;
    }
  }

  /** Returns whether sharp treats the image as gray or YCbCr. */
  isYcc({ components }: Frame): boolean {
    if (components.length === 1) return true;
    if (components.length !== 3) return false;
    if (this.adobeTransform !== undefined) return this.adobeTransform === ADOBE_YCC;
    return this.isJfif || components.every(({ id }, i) => id === i + 1);
  }
}

function readQuantizationTables(segment: Buffer, tables: Uint8Array[]): boolean {
  let offset = 0;
  for (; offset < segment.length; offset += 65) {
    // Values above 3 indicate 16-bit quantization tables.
    if (segment[offset] > 3 || offset + 65 > segment.length) return false;
    tables[segment[offset]] = segment.subarray(offset + 1, offset + 65);
    if (tables[segment[offset]].includes(0)) return false;
  }
  return true;
}

/** Reads the Huffman tables. A file may define thousands of unused tables, so they are only sliced here. */
function readHuffmanTables(segment: Buffer, tables: HuffmanCodes[]): boolean {
  for (let offset = 0; offset < segment.length;) {
    const tableIndex = segment[offset];
    if ((tableIndex & 0xec) !== 0 || offset + 17 > segment.length) return false;
    const codeCounts = segment.subarray(offset + 1, offset + 17);
    const symbolCount = codeCounts.reduce((sum, count) => sum + count, 0);
    if (offset + 17 + symbolCount > segment.length) return false;
    const values = segment.subarray(offset + 17, offset + 17 + symbolCount);
    // DC symbols have no run (F.1.2.1).
    if (tableIndex < 16 && values.some((symbol) => symbol > 15)) return false;
    tables[tableIndex] = { codeCounts, values };
    offset += 17 + symbolCount;
  }
  return true;
}
