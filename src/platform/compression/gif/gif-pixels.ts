const MAX_CODE_BITS = 12;

/**
 * Counts the pixels that the LZW data of a GIF image encodes (GIF89a, appendix F). Ignores their colors.
 *
 * @param start position of the minimum code size; data sub-blocks follow
 * @param maxPixels stops counting at this number
 * @param usedIndexes set to 1 at each index that a pixel uses. An index first occurs as its own code.
 */
export function countGifPixels(
  bytes: Buffer,
  start: number,
  maxPixels: number,
  usedIndexes?: Uint8Array,
): number {
  const minBits = bytes[start];
  if (minBits === undefined || minBits >= MAX_CODE_BITS) return 0;
  const clearCode = 1 << minBits;
  /** Number of pixels that each code represents. */
  const pixelCounts = new Uint32Array(1 << MAX_CODE_BITS).fill(1, 0, clearCode);
  let [nextCode, codeBits, previousCode, pixelCount, bits, availableBits] = [
    clearCode + 2,
    minBits + 1,
    -1,
    0,
    0,
    0,
  ];
  for (let block = start + 1; bytes[block] > 0; block += bytes[block] + 1) {
    const end = Math.min(block + 1 + bytes[block], bytes.length);
    for (let offset = block + 1; offset < end; offset++) {
      bits |= bytes[offset] << availableBits;
      availableBits += 8;
      while (availableBits >= codeBits) {
        const code = bits & ((1 << codeBits) - 1);
        bits >>>= codeBits;
        availableBits -= codeBits;
        if (code === clearCode) {
          [nextCode, codeBits, previousCode] = [clearCode + 2, minBits + 1, -1];
          continue;
        }
        if (code === clearCode + 1 || code > nextCode || pixelCount >= maxPixels) return pixelCount;
        if (usedIndexes && code < clearCode) usedIndexes[code] = 1;
        if (previousCode >= 0 && nextCode < pixelCounts.length)
          pixelCounts[nextCode++] = pixelCounts[previousCode] + 1;
        pixelCount += pixelCounts[code];
        previousCode = code;
        if (nextCode === 1 << codeBits && codeBits < MAX_CODE_BITS) codeBits++;
      }
    }
  }
  return pixelCount;
}

/** Returns an array that contains 1 at each color index that a pixel of the image uses. */
export function markGifIndexes(bytes: Buffer, start: number): Uint8Array {
  const usedIndexes = new Uint8Array(256);
  countGifPixels(bytes, start, Infinity, usedIndexes);
  return usedIndexes;
}
