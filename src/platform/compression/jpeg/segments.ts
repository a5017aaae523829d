/** Marker codes (ITU-T T.81, table B.1). */
export const MARKER = {
  SOF0: 0xc0,
  SOF1: 0xc1,
  SOF2: 0xc2,
  DHT: 0xc4,
  SOF15: 0xcf,
  RST0: 0xd0,
  RST7: 0xd7,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DRI: 0xdd,
  APP0: 0xe0,
  APP1: 0xe1,
  APP2: 0xe2,
  APP14: 0xee,
  APP15: 0xef,
  COM: 0xfe,
} as const;

export interface Segment {
  marker: number;
  /** Position of the marker; fill bytes may precede it. */
  start: number;
  end: number;
  /** Data after the length; empty for EOI. */
  payload: Buffer;
}

/** Reads a segment. @returns undefined if no complete segment begins there, or if its marker is not allowed there */
export function readSegment(bytes: Buffer, offset: number): Segment | undefined {
  let start = offset;
  while (bytes[start] === 0xff && bytes[start + 1] === 0xff) start++;
  const marker = bytes[start + 1];
  if (bytes[start] !== 0xff || marker === undefined) return undefined;
  if (marker === MARKER.EOI) {
    return { marker, start, end: start + 2, payload: bytes.subarray(0, 0) };
  }
  if (marker < MARKER.SOF0 || (marker >= MARKER.RST0 && marker <= MARKER.SOI)) return undefined;
  if (start + 4 > bytes.length) return undefined;
  const end = start + 2 + bytes.readUInt16BE(start + 2);
  if (end < start + 4 || end > bytes.length) return undefined;
  return { marker, start, end, payload: bytes.subarray(start + 4, end) };
}

/** Returns whether a segment begins an image or defines arithmetic coding. */
export const isFrameMarker = (marker: number): boolean =>
  marker <= MARKER.SOF15 && marker !== MARKER.DHT;

/** Returns whether an application segment has the identifier `name`. */
export const hasIdentifier = (name: string, payload: Buffer): boolean =>
  payload.toString('latin1', 0, name.length) === name;

/** Returns the end of entropy-coded data: a marker that is neither a stuffed zero nor a restart marker. */
export function findScanEnd(bytes: Buffer, start: number): number {
  let offset = bytes.indexOf(0xff, start);
  while (offset >= 0 && offset + 1 < bytes.length) {
    const nextByte = bytes[offset + 1];
    if (
      nextByte !== 0 &&
      nextByte !== 0xff &&
      !(nextByte >= MARKER.RST0 && nextByte <= MARKER.RST7)
    )
      return offset;
    offset = bytes.indexOf(0xff, nextByte === 0xff ? offset + 1 : offset + 2);
  }
  return bytes.length;
}
