import { randomBytes } from 'node:crypto';

/** Writes a 64-bit hash as two 32-bit numbers. */
export type UrlHash = (url: string, target: Uint32Array) => void;

/**
 * Creates a fast hash function with two lanes of MurmurHash3's multiply and mix steps. Random seeds prevent
 * precomputed collisions (hash flooding). Collisions are still possible, so callers compare the URLs.
 */
export function createSeededHash(): UrlHash {
  const seeds = randomBytes(8);
  const [seedA, seedB] = [seeds.readInt32LE(0), seeds.readInt32LE(4)];
  return (url, target) => {
    let [a, b] = [seedA, seedB];
    for (let i = 0; i < url.length; i++) {
      const code = url.charCodeAt(i);
      a = Math.imul(a ^ code, 0x9e3779b1);
      b = Math.imul(b ^ code, 0x5f356495);
      a ^= a >>> 15;
      b ^= b >>> 13;
    }
    target[0] = mixBits(a ^ (b >>> 11));
    target[1] = mixBits(b ^ (a >>> 9));
  };
}

function mixBits(bits: number): number {
  let h = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
