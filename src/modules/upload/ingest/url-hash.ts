import { randomBytes } from 'node:crypto';

/** Writes a hash of 64 bits as two numbers of 32 bits. */
export type UrlHash = (url: string, into: Uint32Array) => void;

/**
 * Returns a fast hash: two lanes of the multiply and mix steps of MurmurHash3. Random seeds prevent
 * prepared collisions (hash flooding). Collisions are still possible, so callers compare the URLs.
 */
export function createSeededHash(): UrlHash {
  const seeds = randomBytes(8);
  const [seedA, seedB] = [seeds.readInt32LE(0), seeds.readInt32LE(4)];
  return (url, into) => {
    let [a, b] = [seedA, seedB];
    for (let i = 0; i < url.length; i++) {
      const code = url.charCodeAt(i);
      a = Math.imul(a ^ code, 0x9e3779b1);
      b = Math.imul(b ^ code, 0x5f356495);
      a ^= a >>> 15;
      b ^= b >>> 13;
    }
    into[0] = mixBits(a ^ (b >>> 11));
    into[1] = mixBits(b ^ (a >>> 9));
  };
}

function mixBits(bits: number): number {
  let h = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
