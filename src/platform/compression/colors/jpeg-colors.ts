import { getCmykProfile } from './cmyk-profile.js';
import type { SourceColors } from '../formats/format-descriptor.js';
import { insertBytes } from '../insert-bytes.js';
import { hasIdentifier, MARKER, readSegment } from '../jpeg/segments.js';

/** Reads the colors of a JPEG. Browsers convert CMYK without a profile by subtraction. */
export const readJpegColors = (bytes: Buffer): SourceColors => ({
  isHighDynamicRange: false,
  ...(isCmykWithoutProfile(bytes) ? { profile: getCmykProfile() } : {}),
});

/** Adds a profile of up to 65,519 bytes, the capacity of one segment (ICC.1:2022, B.4). */
export function addJpegProfile(bytes: Buffer, profile: Buffer): Buffer {
  const header = Buffer.from('\xff\xe2\0\0ICC_PROFILE\0\x01\x01', 'latin1');
  header.writeUInt16BE(header.length - 2 + profile.length, 2);
  return insertBytes(bytes, 2, Buffer.concat([header, profile]));
}

function isCmykWithoutProfile(bytes: Buffer): boolean {
  let isCmyk = false;
  let segment = readSegment(bytes, 2);
  for (; segment; segment = readSegment(bytes, segment.end)) {
    const { marker, payload } = segment;
    if (marker === MARKER.APP2 && hasIdentifier('ICC_PROFILE\0', payload)) return false;
    if (marker >= MARKER.SOF0 && marker <= MARKER.SOF2) isCmyk = payload[5] === 4;
    if (marker === MARKER.SOS) return isCmyk;
  }
  return false;
}
