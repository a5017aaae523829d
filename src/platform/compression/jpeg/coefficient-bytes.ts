import { readFrame } from './frame.js';
import { MARKER, segmentAt } from './segments.js';

/**
 * Bytes that a decoder holds of a JPEG of `pixels`. A JPEG of several scans (ITU-T T.81) is held as 16-bit
 * coefficients until its last scan.
 */
export function coefficientBytes(bytes: Buffer, pixels: number): number {
  let samples = 3;
  let components = 0;
  let isProgressive = false;
  let segment = segmentAt(bytes, 2);
  for (; segment; segment = segmentAt(bytes, segment.end)) {
    const { marker, payload } = segment;
    if (marker === MARKER.SOS) {
      const isInterleaved = payload[0] === components;
      return isProgressive || !isInterleaved ? pixels * samples * 2 : 0;
    }
    const frame = marker >= MARKER.SOF0 && marker <= MARKER.SOF2 ? readFrame(payload) : undefined;
    if (!frame) continue;
    isProgressive = marker === MARKER.SOF2;
    components = frame.components.length;
    const areas = frame.components.map(({ horizontal, vertical }) => horizontal * vertical);
    samples = areas.reduce((sum, area) => sum + area, 0) / Math.max(1, ...areas);
  }
  // Cannot be parsed here; the library reports the error.
  return pixels * samples * 2;
}
