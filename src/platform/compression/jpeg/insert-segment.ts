import { insertBytes } from '../insert-bytes.js';
import { MARKER, readSegment } from './segments.js';

/** Inserts a segment after the JFIF header, which must be first. */
export function insertJpegSegment(
  bytes: Buffer,
  marker: number,
  identifier: string,
  payload: Buffer,
): Buffer {
  const firstSegment = readSegment(bytes, 2);
  const offset = firstSegment?.marker === MARKER.APP0 ? firstSegment.end : 2;
  const header = Buffer.from([0xff, marker, 0, 0, ...Buffer.from(identifier, 'latin1')]);
  header.writeUInt16BE(header.length - 2 + payload.length, 2);
  return insertBytes(bytes, offset, Buffer.concat([header, payload]));
}
