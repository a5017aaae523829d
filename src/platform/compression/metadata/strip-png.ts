import { pngChunk } from '../png/png-chunk.js';

const SIGNATURE_BYTES = 8;
/** Length, type and CRC of a chunk. */
const CHUNK_OVERHEAD = 12;
/** End of length and type. */
const TYPE_END = 8;

/** PNG (third edition) chunks that affect the display, including animation. Text, time and EXIF are removed. */
const KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs acTL fcTL fdAT'.split(
    ' ',
  ),
);

export interface PngChunk {
  type: string;
  payload: Buffer;
  /** Includes length, type and CRC. */
  whole: Buffer;
}

/** Completes a PNG whose end is missing or damaged, if that does not enlarge it. Browsers show it without an end. */
export function stripPng(bytes: Buffer): Buffer | undefined {
  const kept: Buffer[] = [bytes.subarray(0, SIGNATURE_BYTES)];
  let hasPixels = false;
  let read = SIGNATURE_BYTES;
  for (const { type, whole } of pngChunks(bytes)) {
    if (KEPT.has(type)) kept.push(whole);
    if (type === 'IEND') return Buffer.concat(kept);
    hasPixels ||= type === 'IDAT';
    read += whole.length;
  }
  if (!hasPixels || !isBeginOfEnd(bytes.subarray(read))) return undefined;
  const stripped = Buffer.concat(kept);
  const isRoom = stripped.length + CHUNK_OVERHEAD <= bytes.length;
  return isRoom ? Buffer.concat([stripped, pngChunk('IEND', Buffer.alloc(0))]) : stripped;
}

/** Returns whether an incomplete chunk is the IEND chunk rather than pixel data. */
const isBeginOfEnd = (rest: Buffer): boolean =>
  rest.length < TYPE_END || rest.toString('latin1', 4, TYPE_END) === 'IEND';

/**
 * Returns whether a PNG is animated: acTL precedes the first image data. The library reads only its
 * first frame.
 */
export function isAnimatedPng(bytes: Buffer): boolean {
  for (const { type } of pngChunks(bytes)) {
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
  }
  return false;
}

/** Ends before the first incomplete chunk. */
export function* pngChunks(bytes: Buffer): Generator<PngChunk> {
  let at = SIGNATURE_BYTES;
  while (at + CHUNK_OVERHEAD <= bytes.length) {
    const end = at + CHUNK_OVERHEAD + bytes.readUInt32BE(at);
    if (end > bytes.length) return;
    const type = bytes.toString('latin1', at + 4, at + 8);
    yield { type, payload: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) };
    at = end;
  }
}
