import { readFrame } from './frame.js';
import { findScanEnd, MARKER, readSegment } from './segments.js';

const EOI_BYTES = Buffer.from([0xff, MARKER.EOI]);
const COEFFICIENTS_PER_BLOCK = 64;

/**
 * Appends a missing EOI marker to a JPEG if all scans are present. Every browser shows such a file as
 * complete. Only decoding reveals whether the last scan is complete.
 *
 * @returns the original bytes if no marker can be appended
 */
export function appendMissingEoi(bytes: Buffer): Buffer {
  if (bytes.subarray(-2).equals(EOI_BYTES)) return bytes;
  const progress = new ScanProgress();
  for (let offset = 2; ;) {
    const segment = readSegment(bytes, offset);
    if (!segment || segment.marker === MARKER.EOI) return bytes;
    const { marker, payload } = segment;
    if (marker >= MARKER.SOF0 && marker <= MARKER.SOF2) progress.readFrame(marker, payload);
    offset = segment.end;
    if (marker !== MARKER.SOS) continue;
    progress.readScan(payload);
    offset = findScanEnd(bytes, segment.end);
    if (offset < bytes.length - 1) continue;
    const imageData = bytes.at(-1) === 0xff ? bytes.subarray(0, -1) : bytes;
    return progress.isComplete ? Buffer.concat([imageData, EOI_BYTES]) : bytes;
  }
}

/**
 * Tracks how many bits of each coefficient the scans of a progressive JPEG have not coded yet (ITU-T T.81,
 * G.1.1.1).
 */
class ScanProgress {
  #isProgressive = false;
  readonly #missingBits = new Map<number, Uint8Array>();

  get isComplete(): boolean {
    if (!this.#isProgressive) return true;
    return [...this.#missingBits.values()].every((bits) => bits.every((count) => count === 0));
  }

  readFrame(marker: number, payload: Buffer): void {
    this.#isProgressive = marker === MARKER.SOF2;
    for (const { id } of readFrame(payload)?.components ?? []) {
      this.#missingBits.set(id, new Uint8Array(COEFFICIENTS_PER_BLOCK).fill(1));
    }
  }

  readScan(payload: Buffer): void {
    const count = payload[0] ?? 0;
    if (payload.length < 4 + 2 * count) return;
    const [first, last, approximation] = payload.subarray(1 + 2 * count);
    for (let i = 0; i < count; i++) {
      this.#missingBits.get(payload[1 + 2 * i])?.fill(approximation & 15, first, last + 1);
    }
  }
}
