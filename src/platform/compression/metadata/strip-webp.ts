/** Flags of the `VP8X` chunk that declare metadata (RFC 9649, 2.7.1). */
const FLAGS: Readonly<Record<'EXIF' | 'XMP ', number>> = { EXIF: 0x08, 'XMP ': 0x04 };
const FLAGS_AT = 20;
const KEPT = new Set(['VP8 ', 'VP8L', 'VP8X', 'ANIM', 'ANMF', 'ALPH', 'ICCP']);

const CHUNK_HEADER_BYTES = 8;

/**
 * Corrects a file size that counts bytes after the last chunk, such as a missing padding byte. Browsers show
 * such a file; the library rejects it.
 *
 * @returns the original bytes for all other files, and if a chunk may be missing
 */
export function correctFileSize(bytes: Buffer): Buffer {
  if (bytes.length < 12) return bytes;
  const missing = 8 + bytes.readUInt32LE(4) - bytes.length;
  if (missing <= 0 || missing >= CHUNK_HEADER_BYTES) return bytes;
  let at = 12;
  while (at + CHUNK_HEADER_BYTES <= bytes.length) {
    const size = bytes.readUInt32LE(at + 4);
    if (at + CHUNK_HEADER_BYTES + size > bytes.length) return bytes;
    at += CHUNK_HEADER_BYTES + size + (size % 2);
  }
  const complete = Buffer.alloc(at);
  bytes.copy(complete);
  complete.writeUInt32LE(at - 8, 4);
  return complete;
}

/** RFC 9649: a RIFF of chunks, each padded to an even size. */
export function stripWebp(bytes: Buffer): Buffer | undefined {
  const end = 8 + bytes.readUInt32LE(4);
  if (end > bytes.length) return undefined;
  const kept: Buffer[] = [];
  for (let at = 12; at + 8 <= end;) {
    const size = bytes.readUInt32LE(at + 4);
    const next = at + 8 + size + (size % 2);
    if (next > end) return undefined;
    const type = bytes.toString('latin1', at, at + 4);
    const chunk = Buffer.from(bytes.subarray(at, next));
    if (type === 'VP8X') chunk[8] = chunk[8] & ~(FLAGS.EXIF | FLAGS['XMP ']);
    if (KEPT.has(type)) kept.push(chunk);
    at = next;
  }
  const body = Buffer.concat(kept);
  const head = Buffer.from(bytes.subarray(0, 12));
  head.writeUInt32LE(4 + body.length, 4);
  return Buffer.concat([head, body]);
}

/** @returns the bytes unchanged without a `VP8X` chunk, which has to declare the new one */
export function appendWebpChunk(bytes: Buffer, type: 'XMP ', payload: Buffer): Buffer {
  if (bytes.toString('latin1', 12, 16) !== 'VP8X') return bytes;
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(payload.length, 4);
  const file = Buffer.concat([bytes, head, payload, Buffer.alloc(payload.length % 2)]);
  file[FLAGS_AT] |= FLAGS[type];
  file.writeUInt32LE(file.length - 8, 4);
  return file;
}

/** Number of frames of an animation; 1 for a still image. */
export function countWebpFrames(bytes: Buffer): number {
  let frames = 0;
  for (let at = 12; at + 8 <= bytes.length;) {
    if (bytes.toString('latin1', at, at + 4) === 'ANMF') frames++;
    const size = bytes.readUInt32LE(at + 4);
    at += 8 + size + (size % 2);
  }
  return Math.max(1, frames);
}
