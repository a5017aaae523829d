import { isOf, MARKER, segmentAt } from './jpeg/segments.js';

const END = Buffer.from([0xff, MARKER.EOI]);

/** ITU-T T.81, annex B: copies tables, frames and scans, and of the APPn only what colors depend on. */
export function stripJpeg(bytes: Buffer, _header: unknown, atMost: number): Buffer | undefined {
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  let length = 2;
  let pictureEnd = 0;
  for (let at = 2; ;) {
    const segment = segmentAt(bytes, at);
    if (!segment) return undefined;
    const { marker, start, end, payload } = segment;
    if (marker === MARKER.SOS) {
      // All scans stay, up to the end of the picture: to walk through them is what takes time.
      if (pictureEnd < start) pictureEnd = bytes.indexOf(END, start);
      if (pictureEnd < 0 || length + pictureEnd - start > atMost) return undefined;
    }
    at = marker === MARKER.SOS ? endOfScan(bytes, end) : end;
    if (showsThePicture(marker, payload)) {
      kept.push(bytes.subarray(start, at));
      length += at - start;
    }
    if (marker === MARKER.EOI) return Buffer.concat(kept);
  }
}

/** JFIF density, ICC profile and Adobe's color transform stay. */
function showsThePicture(marker: number, payload: Buffer): boolean {
  if (marker === MARKER.APP0) return isOf('JFIF\0', payload) && payload.length === 14;
  if (marker === MARKER.APP2) return isOf('ICC_PROFILE\0', payload);
  if (marker === MARKER.APP14) return isOf('Adobe', payload);
  return !(marker >= MARKER.APP0 && marker <= MARKER.APP15) && marker !== MARKER.COM;
}

/** Entropy-coded data ends at a marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes: Buffer, start: number): number {
  let at = bytes.indexOf(0xff, start);
  while (at >= 0 && at + 1 < bytes.length) {
    const next = bytes[at + 1];
    if (next !== 0 && next !== 0xff && !(next >= MARKER.RST0 && next <= MARKER.RST7)) return at;
    at = bytes.indexOf(0xff, next === 0xff ? at + 1 : at + 2);
  }
  return bytes.length;
}
