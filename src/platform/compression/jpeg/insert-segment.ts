import { insertBytes } from '../insert-bytes.js';
import { MARKER, segmentAt } from './segments.js';

/** Inserts a segment after the JFIF header, which must be first. */
export function insertJpegSegment(
  bytes: Buffer,
  marker: number,
  name: string,
  payload: Buffer,
): Buffer {
  const first = segmentAt(bytes, 2);
  const at = first?.marker === MARKER.APP0 ? first.end : 2;
  const head = Buffer.from([0xff, marker, 0, 0, ...Buffer.from(name, 'latin1')]);
  head.writeUInt16BE(head.length - 2 + payload.length, 2);
  return insertBytes(bytes, at, Buffer.concat([head, payload]));
}
