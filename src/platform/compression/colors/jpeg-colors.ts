import { naiveCmykProfile } from './cmyk-profile.js';
import type { SourceColors } from '../formats/format-descriptor.js';
import { insertBytes } from '../insert-bytes.js';
import { hasIdentifier, MARKER, segmentAt } from '../jpeg/segments.js';

/** Colors of a CMYK JPEG without a profile, which browsers convert by subtraction. */
export const jpegColors = (bytes: Buffer): SourceColors => ({
  isHighDynamicRange: false,
  ...(isCmykWithoutProfile(bytes) ? { profile: naiveCmykProfile() } : {}),
});

/** ICC.1:2022, B.4: one segment holds up to 65,519 bytes of a profile. */
export function addJpegProfile(bytes: Buffer, profile: Buffer): Buffer {
  const head = Buffer.from('\xff\xe2\0\0ICC_PROFILE\0\x01\x01', 'latin1');
  head.writeUInt16BE(head.length - 2 + profile.length, 2);
  return insertBytes(bytes, 2, Buffer.concat([head, profile]));
}

function isCmykWithoutProfile(bytes: Buffer): boolean {
  let isCmyk = false;
  let segment = segmentAt(bytes, 2);
  for (; segment; segment = segmentAt(bytes, segment.end)) {
    const { marker, payload } = segment;
    if (marker === MARKER.APP2 && hasIdentifier('ICC_PROFILE\0', payload)) return false;
    if (marker >= MARKER.SOF0 && marker <= MARKER.SOF2) isCmyk = payload[5] === 4;
    if (marker === MARKER.SOS) return isCmyk;
  }
  return false;
}
