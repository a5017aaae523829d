import { findScanEnd, hasIdentifier, MARKER, readSegment } from '../jpeg/segments.js';

const EOI_BYTES = Buffer.from([0xff, MARKER.EOI]);

/**
 * Copies the tables, frames and scans of a JPEG (ITU-T T.81, annex B). Copies only the APPn segments that affect
 * the display.
 */
export function stripJpeg(bytes: Buffer, _header: unknown, maxBytes: number): Buffer | undefined {
  const keptSegments: Buffer[] = [bytes.subarray(0, 2)];
  let keptBytes = 2;
  let imageEnd = 0;
  for (let offset = 2; ;) {
    // Decoders skip bytes between segments.
    const segment = readSegment(bytes, offset) ?? readSegment(bytes, findNextMarker(bytes, offset));
    if (!segment) return undefined;
    const { marker, start, end, payload } = segment;
    if (marker === MARKER.SOS) {
      // All scans up to EOI are kept. Checks their size before the slow search for the end of each scan.
      if (imageEnd < start) imageEnd = bytes.indexOf(EOI_BYTES, start);
      if (imageEnd < 0 || keptBytes + imageEnd - start > maxBytes) return undefined;
    }
    offset = marker === MARKER.SOS ? findScanEnd(bytes, end) : end;
    if (affectsDisplay(marker, payload)) {
      keptSegments.push(bytes.subarray(start, offset));
      keptBytes += offset - start;
    }
    if (marker === MARKER.EOI) return Buffer.concat(keptSegments);
  }
}

/** Returns the position of the next marker. Does not search entropy-coded data. */
function findNextMarker(bytes: Buffer, start: number): number {
  let offset = bytes.indexOf(0xff, start);
  while (offset >= 0 && (bytes[offset + 1] === 0 || bytes[offset + 1] === 0xff))
    offset = bytes.indexOf(0xff, offset + 1);
  return offset < 0 ? bytes.length : offset;
}

/**
 * Returns whether a segment affects the display. The JFIF density, ICC profile and Adobe color
 * transform do.
 */
function affectsDisplay(marker: number, payload: Buffer): boolean {
  if (marker === MARKER.APP0) return hasIdentifier('JFIF\0', payload) && payload.length === 14;
  if (marker === MARKER.APP2) return hasIdentifier('ICC_PROFILE\0', payload);
  if (marker === MARKER.APP14) return hasIdentifier('Adobe', payload);
  return !(marker >= MARKER.APP0 && marker <= MARKER.APP15) && marker !== MARKER.COM;
}
