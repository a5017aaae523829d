/** ITU-T T.81, table B.1. */
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
  APP2: 0xe2,
  APP14: 0xee,
  APP15: 0xef,
  COM: 0xfe,
} as const;

export interface Segment {
  marker: number;
  /** Where the marker stands; bytes that fill up may be before it. */
  start: number;
  end: number;
  /** What follows the length; nothing at the end of the image. */
  payload: Buffer;
}

/** @returns nothing where no whole segment begins, or one that has no place between others */
export function segmentAt(bytes: Buffer, at: number): Segment | undefined {
  let start = at;
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

/** What an application's segment begins with tells whose it is. */
export const isOf = (name: string, payload: Buffer): boolean =>
  payload.toString('latin1', 0, name.length) === name;
