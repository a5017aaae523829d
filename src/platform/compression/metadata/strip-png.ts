const SIGNATURE_BYTES = 8;
/** Length, type and CRC of a chunk. */
const CHUNK_OVERHEAD = 12;

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

export function stripPng(bytes: Buffer): Buffer | undefined {
  const kept: Buffer[] = [bytes.subarray(0, SIGNATURE_BYTES)];
  for (const { type, whole } of pngChunks(bytes)) {
    if (KEPT.has(type)) kept.push(whole);
    if (type === 'IEND') return Buffer.concat(kept);
  }
  return undefined;
}

/** Whether a PNG is animated: acTL precedes the first image data. The library reads only its first frame. */
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
