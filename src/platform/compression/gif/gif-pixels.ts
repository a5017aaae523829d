const MAX_CODE_BITS = 12;

/**
 * Counts the pixels that the LZW data of a GIF image encode (GIF89a, appendix F), without their colors.
 *
 * @param start position of the minimum code size; data sub-blocks follow
 * @param maxPixels stops at this number
 * @param used set to 1 at each index that a pixel has: it occurs first as its own code
 */
export function countGifPixels(
  bytes: Buffer,
  start: number,
  maxPixels: number,
  used?: Uint8Array,
): number {
  const minBits = bytes[start];
  if (minBits === undefined || minBits >= MAX_CODE_BITS) return 0;
  const clear = 1 << minBits;
  /** Number of pixels that each code stands for. */
  const lengths = new Uint32Array(1 << MAX_CODE_BITS).fill(1, 0, clear);
  let [next, codeBits, previous, pixels, bits, available] = [clear + 2, minBits + 1, -1, 0, 0, 0];
  for (let block = start + 1; bytes[block] > 0; block += bytes[block] + 1) {
    const end = Math.min(block + 1 + bytes[block], bytes.length);
    for (let at = block + 1; at < end; at++) {
      bits |= bytes[at] << available;
      available += 8;
      while (available >= codeBits) {
        const code = bits & ((1 << codeBits) - 1);
        bits >>>= codeBits;
        available -= codeBits;
        if (code === clear) {
          [next, codeBits, previous] = [clear + 2, minBits + 1, -1];
          continue;
        }
        if (code === clear + 1 || code > next || pixels >= maxPixels) return pixels;
        if (used && code < clear) used[code] = 1;
        if (previous >= 0 && next < lengths.length) lengths[next++] = lengths[previous] + 1;
        pixels += lengths[code];
        previous = code;
        if (next === 1 << codeBits && codeBits < MAX_CODE_BITS) codeBits++;
      }
    }
  }
  return pixels;
}

/** Returns 1 at each color index that a pixel of the image has. */
export function markGifIndexes(bytes: Buffer, start: number): Uint8Array {
  const used = new Uint8Array(256);
  countGifPixels(bytes, start, Infinity, used);
  return used;
}
