import { readFrame } from './frame.js';
import { MARKER, readSegment } from './segments.js';

/**
 * Estimates the memory for the coefficients of a JPEG, in bytes. A decoder keeps the 16-bit coefficients of a JPEG
 * with several scans (ITU-T T.81) until the last scan.
 */
export function estimateCoefficientBytes(bytes: Buffer, pixelCount: number): number {
  let samplesPerPixel = 3;
  let componentCount = 0;
  let isProgressive = false;
  let segment = readSegment(bytes, 2);
  for (; segment; segment = readSegment(bytes, segment.end)) {
    const { marker, payload } = segment;
    if (marker === MARKER.SOS) {
      const isInterleaved = payload[0] === componentCount;
      return isProgressive || !isInterleaved ? pixelCount * samplesPerPixel * 2 : 0;
    }
    const frame = marker >= MARKER.SOF0 && marker <= MARKER.SOF2 ? readFrame(payload) : undefined;
    if (!frame) continue;
    isProgressive = marker === MARKER.SOF2;
    componentCount = frame.components.length;
    const areas = frame.components.map(({ horizontal, vertical }) => horizontal * vertical);
    samplesPerPixel = areas.reduce((sum, area) => sum + area, 0) / Math.max(1, ...areas);
  }
  // The file cannot be parsed. Sharp reports the error.
  return pixelCount * samplesPerPixel * 2;
}
