import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupSimilarImages, MAX_DISTANCE } from './similar-images.js';

const countSetBits = (hash: bigint) => hash.toString(2).replaceAll('0', '').length;
const hasStructure = (hash: bigint) => countSetBits(hash) >= 4 && countSetBits(hash) <= 60;

/** Groups similar hashes by comparing all pairs. */
function groupByBruteForce(hashes: readonly bigint[]): number[][] {
  const groupIds = hashes.map((_, i) => i);
  for (let a = 0; a < hashes.length; a++) {
    for (let b = a + 1; b < hashes.length; b++) {
      const isSimilar = countSetBits(hashes[a] ^ hashes[b]) <= MAX_DISTANCE;
      if (!isSimilar || !hasStructure(hashes[a]) || !hasStructure(hashes[b])) continue;
      const [oldGroup, newGroup] = [groupIds[b], groupIds[a]];
      for (let i = 0; i < groupIds.length; i++)
        if (groupIds[i] === oldGroup) groupIds[i] = newGroup;
    }
  }
  return [...new Set(groupIds)]
    .map((group) => groupIds.flatMap((id, i) => (id === group ? [i] : [])))
    .filter((group) => group.length > 1);
}

const sortGroups = (groups: number[][]) => groups.toSorted((a, b) => a[0] - b[0]);

/** Generates many similar hashes around a few centers. */
const similarHashes = fc
  .tuple(
    fc.array(fc.bigInt(0n, 2n ** 64n - 1n), { minLength: 1, maxLength: 5 }),
    fc.array(fc.tuple(fc.nat(), fc.array(fc.integer({ min: 0, max: 63 }), { maxLength: 5 })), {
      maxLength: 40,
    }),
  )
  .map(([centers, changes]) => [
    ...new Set([
      ...centers,
      ...changes.map(([center, bits]) =>
        bits.reduce((hash, bit) => hash ^ (1n << BigInt(bit)), centers[center % centers.length]),
      ),
    ]),
  ]);

describe('groupSimilarImages()', () => {
  it('groupSimilarImages() finds the same groups as a comparison of all pairs', async () => {
    await fc.assert(
      fc.asyncProperty(similarHashes, async (hashes) => {
        const { groups, isComplete } = await groupSimilarImages(BigUint64Array.from(hashes));
        expect(isComplete).toBe(true);
        expect(sortGroups(groups)).toEqual(sortGroups(groupByBruteForce(hashes)));
      }),
      { numRuns: 150 },
    );
  });

  it('groupSimilarImages() finds the same groups as a comparison of all pairs for 700 hashes in one bucket', async () => {
    // All 700 hashes have the same lowest 16 bits.
    const hashes = [
      ...new Set(
        Array.from({ length: 700 }, (_, i) => {
          const mixed = BigInt(i % 200) * 0x9e37_79b9_7f4an;
          const change = 1n << BigInt(16 + ((i * 7) % 48));
          return (((BigInt.asUintN(48, mixed) << 16n) | 0xa5a5n) ^ change) & (2n ** 64n - 1n);
        }),
      ),
    ];
    const { groups } = await groupSimilarImages(BigUint64Array.from(hashes));
    expect(sortGroups(groups)).toEqual(sortGroups(groupByBruteForce(hashes)));
  });

  it('groupSimilarImages() ignores images with a uniform color', async () => {
    const hashes = [0n, 1n, 3n, 2n ** 64n - 1n, 2n ** 64n - 2n];
    const { groups } = await groupSimilarImages(BigUint64Array.from(hashes));
    expect(groups).toEqual([]);
  });

  it('groupSimilarImages() stops at the comparison limit and reports an incomplete result', async () => {
    const hashes = BigUint64Array.from({ length: 2000 }, (_, i) => 0xffff_0000n + BigInt(i));
    expect((await groupSimilarImages(hashes, 1000)).isComplete).toBe(false);
  });
});
