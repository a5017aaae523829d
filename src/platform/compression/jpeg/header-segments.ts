import type { Frame } from './frame.js';
import { hasIdentifier, MARKER, type Segment } from './segments.js';

/** Adobe's "Supporting the DCT Filters in PostScript Level 2": the components are Y, Cb, Cr. */
const ADOBE_YCC = 1;

export interface HuffmanCodes {
  lengths: Uint8Array;
  values: Uint8Array;
}

/** Collects the segments before and between the scans of a JPEG (ITU-T T.81, annex B.2.4). */
export class HeaderSegments {
  /** Quantization tables by destination, in zigzag order. */
  readonly steps: Uint8Array[] = [];
  /** Huffman tables by class and destination: 0 to 3 are DC, 16 to 19 are AC. */
  readonly tables: HuffmanCodes[] = [];
  /** MCUs per restart interval; 0: no restart intervals. */
  restartInterval = 0;
  private isJfif = false;
  private adobeTransform?: number;

  /**
   * Reads one segment. Ignores segments that do not affect coefficients. @returns false for an
   * irregular one
   */
  read({ marker, payload }: Segment): boolean {
    switch (marker) {
      case MARKER.DQT:
        return readSteps(payload, this.steps);
      case MARKER.DHT:
        return readTables(payload, this.tables);
      case MARKER.DRI:
        if (payload.length !== 2) return false;
        this.restartInterval = payload.readUInt16BE(0);
        return true;
      case MARKER.APP0:
        // The library ignores shorter segments.
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

  /** Returns whether the library treats the image as gray or YCbCr. */
  isYcc({ components }: Frame): boolean {
    if (components.length === 1) return true;
    if (components.length !== 3) return false;
    if (this.adobeTransform !== undefined) return this.adobeTransform === ADOBE_YCC;
    return this.isJfif || components.every(({ id }, i) => id === i + 1);
  }
}

function readSteps(segment: Buffer, steps: Uint8Array[]): boolean {
  let at = 0;
  for (; at < segment.length; at += 65) {
    // Above 3: 16-bit quantization tables.
    if (segment[at] > 3 || at + 65 > segment.length) return false;
    steps[segment[at]] = segment.subarray(at + 1, at + 65);
    if (steps[segment[at]].includes(0)) return false;
  }
  return true;
}

/** A file may define thousands of unused tables, so they are only sliced here. */
function readTables(segment: Buffer, tables: HuffmanCodes[]): boolean {
  for (let at = 0; at < segment.length;) {
    const which = segment[at];
    if ((which & 0xec) !== 0 || at + 17 > segment.length) return false;
    const lengths = segment.subarray(at + 1, at + 17);
    const symbols = lengths.reduce((sum, count) => sum + count, 0);
    if (at + 17 + symbols > segment.length) return false;
    const values = segment.subarray(at + 17, at + 17 + symbols);
    // DC symbols have no run (F.1.2.1).
    if (which < 16 && values.some((symbol) => symbol > 15)) return false;
    tables[which] = { lengths, values };
    at += 17 + symbols;
  }
  return true;
}
