import { findScanEnd, hasIdentifier, MARKER, segmentAt } from '../jpeg/segments.js';

const END = Buffer.from([0xff, MARKER.EOI]);

/**
 * ITU-T T.81, annex B: copies tables, frames and scans. Of the APPn segments, copies only those that affect
 * colors.
 */
export function stripJpeg(bytes: Buffer, _header: unknown, maxBytes: number): Buffer | undefined {
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  let length = 2;
  let imageEnd = 0;
  for (let at = 2; ;) {
    // Decoders skip bytes between segments.
    const segment = segmentAt(bytes, at) ?? segmentAt(bytes, nextMarker(bytes, at));
    if (!segment) return undefined;
    const { marker, start, end, payload } = segment;
    if (marker === MARKER.SOS) {
      // All scans up to EOI are kept. Their size is checked before the slow search for the end of each scan.
      if (imageEnd < start) imageEnd = bytes.indexOf(END, start);
      if (imageEnd < 0 || length + imageEnd - start > maxBytes) return undefined;
    }
    at = marker === MARKER.SOS ? findScanEnd(bytes, end) : end;
    if (affectsDisplay(marker, payload)) {
      kept.push(bytes.subarray(start, at));
      length += at - start;
    }
    if (marker === MARKER.EOI) return Buffer.concat(kept);
  }
}

/** Returns the position of the next marker; entropy-coded data is not searched. */
function nextMarker(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at >= 0 && (bytes[at + 1] === 0 || bytes[at + 1] === 0xff))
    at = bytes.indexOf(0xff, at + 1);
  return at < 0 ? bytes.length : at;
}

/** Keeps JFIF density, ICC profile and Adobe's color transform. */
function affectsDisplay(marker: number, payload: Buffer): boolean {
  if (marker === MARKER.APP0) return hasIdentifier('JFIF\0', payload) && payload.length === 14;
  if (marker === MARKER.APP2) return hasIdentifier('ICC_PROFILE\0', payload);
  if (marker === MARKER.APP14) return hasIdentifier('Adobe', payload);
  return !(marker >= MARKER.APP0 && marker <= MARKER.APP15) && marker !== MARKER.COM;
}
