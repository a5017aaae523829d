const SIGNATURE_BYTES = 8;
/** Length, type and CRC of a chunk. */
const CHUNK_OVERHEAD = 12;

/** PNG (third edition) chunks that change what is seen, animation included; text, time and EXIF go. */
const KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs acTL fcTL fdAT'.split(
    ' ',
  ),
);

export function stripPng(bytes: Buffer): Buffer | undefined {
  const kept: Buffer[] = [bytes.subarray(0, SIGNATURE_BYTES)];
  for (const chunk of chunksOf(bytes)) {
    const type = chunk.toString('latin1', 4, 8);
    if (KEPT.has(type)) kept.push(chunk);
    if (type === 'IEND') return Buffer.concat(kept);
  }
  return undefined;
}

/** An animated PNG says so before its first image data. The library knows only its first frame. */
export function isAnimatedPng(bytes: Buffer): boolean {
  for (const chunk of chunksOf(bytes)) {
    const type = chunk.toString('latin1', 4, 8);
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
  }
  return false;
}

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  let at = SIGNATURE_BYTES;
  while (at + CHUNK_OVERHEAD <= bytes.length) {
    const end = at + CHUNK_OVERHEAD + bytes.readUInt32BE(at);
    if (end > bytes.length) return;
    yield bytes.subarray(at, end);
    at = end;
  }
}
