import { createPngChunk } from '../png/png-chunk.js';

const SIGNATURE_BYTES = 8;
/** Length, type and CRC of a chunk. */
const CHUNK_OVERHEAD_BYTES = 12;
/** Position after the length and type of a chunk. */
const TYPE_END = 8;

/** PNG (third edition) chunks that affect the display, including animation. Text, time and EXIF are removed. */
const KEPT_CHUNK_TYPES = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs acTL fcTL fdAT'.split(
    ' ',
  ),
);

export interface PngChunk {
  type: string;
  payload: Buffer;
  /** The entire chunk, including length, type and CRC. */
  chunkBytes: Buffer;
}

/**
 * Removes the metadata of a PNG. Restores a missing or damaged end chunk if that does not enlarge the file. Browsers
 * show such a PNG.
 */
export function stripPng(bytes: Buffer): Buffer | undefined {
  const keptChunks: Buffer[] = [bytes.subarray(0, SIGNATURE_BYTES)];
  let hasPixels = false;
  let parsedBytes = SIGNATURE_BYTES;
  for (const { type, chunkBytes } of readPngChunks(bytes)) {
    if (KEPT_CHUNK_TYPES.has(type)) keptChunks.push(chunkBytes);
    if (type === 'IEND') return Buffer.concat(keptChunks);
    hasPixels ||= type === 'IDAT';
    parsedBytes += chunkBytes.length;
  }
  if (!hasPixels || !isIncompleteEndChunk(bytes.subarray(parsedBytes))) return undefined;
  const stripped = Buffer.concat(keptChunks);
  const fitsEndChunk = stripped.length + CHUNK_OVERHEAD_BYTES <= bytes.length;
  return fitsEndChunk
    ? Buffer.concat([stripped, createPngChunk('IEND', Buffer.alloc(0))])
    : stripped;
}

/** Returns whether an incomplete chunk is the IEND chunk rather than pixel data. */
const isIncompleteEndChunk = (remaining: Buffer): boolean =>
  remaining.length < TYPE_END || remaining.toString('latin1', 4, TYPE_END) === 'IEND';

/**
 * Returns whether a PNG is animated: acTL precedes the first image data. Sharp reads only its
 * first frame.
 */
export function isAnimatedPng(bytes: Buffer): boolean {
  for (const { type } of readPngChunks(bytes)) {
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
  }
  return false;
}

/** Yields the chunks of a PNG up to the first incomplete one. */
export function* readPngChunks(bytes: Buffer): Generator<PngChunk> {
  let offset = SIGNATURE_BYTES;
  while (offset + CHUNK_OVERHEAD_BYTES <= bytes.length) {
    const end = offset + CHUNK_OVERHEAD_BYTES + bytes.readUInt32BE(offset);
    if (end > bytes.length) return;
    const type = bytes.toString('latin1', offset + 4, offset + 8);
    yield {
      type,
      payload: bytes.subarray(offset + 8, end - 4),
      chunkBytes: bytes.subarray(offset, end),
    };
    offset = end;
  }
}
