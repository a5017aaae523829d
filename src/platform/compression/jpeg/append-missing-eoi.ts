import { readFrame } from './frame.js';
import { findScanEnd, MARKER, segmentAt } from './segments.js';

const END = Buffer.from([0xff, MARKER.EOI]);
const COEFFICIENTS = 64;

/**
 * Returns the JPEG with its missing EOI marker if all scans are present. Every browser shows such a
 * file as complete. Whether the last scan is complete is only known after decoding.
 *
 * @returns the original bytes if nothing can be added
 */
export function appendMissingEoi(bytes: Buffer): Buffer {
  if (bytes.subarray(-2).equals(END)) return bytes;
  const progress = new ScanProgress();
  for (let at = 2; ;) {
    const segment = segmentAt(bytes, at);
    if (!segment || segment.marker === MARKER.EOI) return bytes;
    const { marker, payload } = segment;
    if (marker >= MARKER.SOF0 && marker <= MARKER.SOF2) progress.readFrame(marker, payload);
    at = segment.end;
    if (marker !== MARKER.SOS) continue;
    progress.readScan(payload);
    at = findScanEnd(bytes, segment.end);
    if (at < bytes.length - 1) continue;
    const imageData = bytes.at(-1) === 0xff ? bytes.subarray(0, -1) : bytes;
    return progress.isComplete ? Buffer.concat([imageData, END]) : bytes;
  }
}

/**
 * Number of bits of each coefficient that the scans of a progressive JPEG have not coded yet (ITU-T T.81,
 * G.1.1.1).
 */
class ScanProgress {
  #isProgressive = false;
  readonly #missing = new Map<number, Uint8Array>();

  get isComplete(): boolean {
    if (!this.#isProgressive) return true;
    return [...this.#missing.values()].every((bits) => bits.every((count) => count === 0));
  }

  readFrame(marker: number, payload: Buffer): void {
    this.#isProgressive = marker === MARKER.SOF2;
    for (const { id } of readFrame(payload)?.components ?? []) {
      this.#missing.set(id, new Uint8Array(COEFFICIENTS).fill(1));
    }
  }

  readScan(payload: Buffer): void {
    const count = payload[0] ?? 0;
    if (payload.length < 4 + 2 * count) return;
    const [first, last, approximation] = payload.subarray(1 + 2 * count);
    for (let i = 0; i < count; i++) {
      this.#missing.get(payload[1 + 2 * i])?.fill(approximation & 15, first, last + 1);
    }
  }
}
