/** Flags of the `VP8X` chunk that declare metadata (RFC 9649, 2.7.1). */
const METADATA_FLAGS: Readonly<Record<'EXIF' | 'XMP ', number>> = { EXIF: 0x08, 'XMP ': 0x04 };
const FLAGS_OFFSET = 20;
const KEPT_CHUNK_TYPES = new Set(['VP8 ', 'VP8L', 'VP8X', 'ANIM', 'ANMF', 'ALPH', 'ICCP']);

const CHUNK_HEADER_BYTES = 8;

/**
 * Corrects a declared file size that includes bytes after the last chunk, such as a missing padding byte. Browsers
 * show such a file, but sharp rejects it.
 *
 * @returns the original bytes for all other files, and if a chunk may be missing
 */
export function correctFileSize(bytes: Buffer): Buffer {
  if (bytes.length < 12) return bytes;
  const missingBytes = 8 + bytes.readUInt32LE(4) - bytes.length;
  if (missingBytes <= 0 || missingBytes >= CHUNK_HEADER_BYTES) return bytes;
  let offset = 12;
  while (offset + CHUNK_HEADER_BYTES <= bytes.length) {
    const size = bytes.readUInt32LE(offset + 4);
    if (offset + CHUNK_HEADER_BYTES + size > bytes.length) return bytes;
    offset += CHUNK_HEADER_BYTES + size + (size % 2);
  }
  const corrected = Buffer.alloc(offset);
  bytes.copy(corrected);
  corrected.writeUInt32LE(offset - 8, 4);
  return corrected;
}

/** Removes the metadata chunks of a WebP (RFC 9649). Each chunk is padded to an even size. */
export function stripWebp(bytes: Buffer): Buffer | undefined {
  const end = 8 + bytes.readUInt32LE(4);
  if (end > bytes.length) return undefined;
  const keptChunks: Buffer[] = [];
  for (let offset = 12; offset + 8 <= end;) {
    const size = bytes.readUInt32LE(offset + 4);
    const nextChunk = offset + 8 + size + (size % 2);
    if (nextChunk > end) return undefined;
    const type = bytes.toString('latin1', offset, offset + 4);
    const chunk = Buffer.from(bytes.subarray(offset, nextChunk));
    if (type === 'VP8X') chunk[8] = chunk[8] & ~(METADATA_FLAGS.EXIF | METADATA_FLAGS['XMP ']);
    if (KEPT_CHUNK_TYPES.has(type)) keptChunks.push(chunk);
    offset = nextChunk;
  }
  const body = Buffer.concat(keptChunks);
  const header = Buffer.from(bytes.subarray(0, 12));
  header.writeUInt32LE(4 + body.length, 4);
  return Buffer.concat([header, body]);
}

/** Appends a chunk. Returns the bytes unchanged if they have no `VP8X` chunk, which must declare it. */
export function appendWebpChunk(bytes: Buffer, type: 'XMP ', payload: Buffer): Buffer {
  if (bytes.toString('latin1', 12, 16) !== 'VP8X') return bytes;
  const header = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  header.writeUInt32LE(payload.length, 4);
  const file = Buffer.concat([bytes, header, payload, Buffer.alloc(payload.length % 2)]);
  file[FLAGS_OFFSET] |= METADATA_FLAGS[type];
  file.writeUInt32LE(file.length - 8, 4);
  return file;
}

/** Returns the number of frames of an animation, or 1 for a still image. */
export function countWebpFrames(bytes: Buffer): number {
  let frameCount = 0;
  for (let offset = 12; offset + 8 <= bytes.length;) {
    if (bytes.toString('latin1', offset, offset + 4) === 'ANMF') frameCount++;
    const size = bytes.readUInt32LE(offset + 4);
    offset += 8 + size + (size % 2);
  }
  return Math.max(1, frameCount);
}
