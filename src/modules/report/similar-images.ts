import { setImmediate } from 'node:timers/promises';

/** Maximum Hamming distance between the hashes of two similar images. */
export const MAX_DISTANCE = 3;

/**
 * Hashes with fewer set or unset bits belong to images without structure, such as an empty canvas. These
 * hashes do not indicate similarity.
 */
const MIN_STRUCTURE_BITS = 4;

/** Bands of 16 bits. Hashes that differ in at most three bits are equal in at least one of four bands. */
const BANDS = [0, 1, 2, 3] as const;
const BAND_VALUE_COUNT = 65_536;
const SUB_BAND_VALUE_COUNT = 4096;
/** Larger buckets are split again, by 12-bit bands of the other 48 bits. */
const MAX_BUCKET_SIZE = 128;
/** Limits the time spent on millions of nearly identical hashes. */
const MAX_COMPARISONS = 200_000_000;
/** Maximum time before the event loop runs other work. */
const MAX_BLOCKED_MS = 20;

export interface SimilarImages {
  /** Groups of at least two indexes into `hashes`. Groups and indexes are in ascending order. */
  groups: number[][];
  /** False if the comparison limit was reached, so groups may be missing or split. */
  isComplete: boolean;
}

/**
 * Groups images whose 64-bit hashes differ in at most `MAX_DISTANCE` bits, directly or through other images in
 * the group. Needs about 40 bytes of memory per hash.
 *
 * @param hashes distinct hashes
 */
export async function groupSimilarImages(
  hashes: BigUint64Array,
  maxComparisons = MAX_COMPARISONS,
): Promise<SimilarImages> {
  const search = new SimilaritySearch(hashes, maxComparisons);
  const steps = search.joinSimilarHashes();
  let startedAt = performance.now();
  while (!steps.next().done) {
    if (performance.now() - startedAt < MAX_BLOCKED_MS) continue;
    await setImmediate();
    startedAt = performance.now();
  }
  return { groups: search.collectGroups(), isComplete: search.comparisonCount <= maxComparisons };
}

class SimilaritySearch {
  comparisonCount = 0;
  /** Both halves of each hash, because JavaScript bitwise operators use 32 bits. */
  private readonly halves: Uint32Array;
  private readonly parents: Int32Array;
  private readonly structuredIndexes: Int32Array;

  constructor(
    hashes: BigUint64Array,
    private readonly maxComparisons: number,
  ) {
    this.halves = new Uint32Array(hashes.length * 2);
    for (let i = 0; i < hashes.length; i++) {
      this.halves[2 * i] = Number(BigInt.asUintN(32, hashes[i]));
      this.halves[2 * i + 1] = Number(hashes[i] >> 32n);
    }
    this.parents = Int32Array.from({ length: hashes.length }, (_, i) => i);
    this.structuredIndexes = this.parents.filter((i) => this.hasStructure(i));
  }

  /** Joins similar hashes. Yields after each short step. */
  *joinSimilarHashes(): Generator<void> {
    for (const band of BANDS) yield* this.joinByBand(band);
  }

  /** Joins similar hashes that are equal in one band of 16 bits. */
  private *joinByBand(band: number): Generator<void> {
    const getBand = (i: number) =>
      (this.halves[2 * i + (band >> 1)] >>> (16 * (band & 1))) & 0xffff;
    for (const bucket of groupByKey(this.structuredIndexes, getBand, BAND_VALUE_COUNT)) {
      if (bucket.length <= MAX_BUCKET_SIZE) this.joinPairs(bucket);
      else yield* this.joinBySubBands(bucket, band);
      yield;
    }
  }

  collectGroups(): number[][] {
    const groupsByRoot = new Map<number, number[]>();
    for (const i of this.structuredIndexes) {
      const root = this.findRoot(i);
      const group = groupsByRoot.get(root);
      if (group) group.push(i);
      else groupsByRoot.set(root, [i]);
    }
    return Array.from(groupsByRoot.values()).filter((group) => group.length > 1);
  }

  private *joinBySubBands(bucket: Int32Array, band: number): Generator<void> {
    const otherBands = BANDS.filter((other) => other !== band);
    for (let subBand = 0; subBand < 4; subBand++) {
      const firstBit = 12 * subBand;
      const getSubBand = (i: number) => {
        let value = 0;
        for (let bit = firstBit; bit < firstBit + 12; bit++) {
          const hashBit = 16 * otherBands[bit >> 4] + (bit & 15);
          value = (value << 1) | ((this.halves[2 * i + (hashBit >> 5)] >>> (hashBit & 31)) & 1);
        }
        return value;
      };
      for (const subBucket of groupByKey(bucket, getSubBand, SUB_BAND_VALUE_COUNT)) {
        this.joinPairs(subBucket);
        yield;
      }
    }
  }

  private joinPairs(bucket: Int32Array): void {
    for (let a = 0; a < bucket.length; a++) {
      if (this.comparisonCount > this.maxComparisons) return;
      this.comparisonCount += bucket.length - a - 1;
      for (let b = a + 1; b < bucket.length; b++) {
        if (this.computeDistance(bucket[a], bucket[b]) <= MAX_DISTANCE)
          this.joinGroups(bucket[a], bucket[b]);
      }
    }
  }

  private computeDistance(a: number, b: number): number {
    const { halves } = this;
    return (
      countBits(halves[2 * a] ^ halves[2 * b]) + countBits(halves[2 * a + 1] ^ halves[2 * b + 1])
    );
  }

  private hasStructure(i: number): boolean {
    const bits = countBits(this.halves[2 * i]) + countBits(this.halves[2 * i + 1]);
    return bits >= MIN_STRUCTURE_BITS && bits <= 64 - MIN_STRUCTURE_BITS;
  }

  /** Merges two groups. The smallest index is the root of its group. */
  private joinGroups(a: number, b: number): void {
    const [rootA, rootB] = [this.findRoot(a), this.findRoot(b)];
    if (rootA < rootB) this.parents[rootB] = rootA;
    else this.parents[rootA] = rootB;
  }

  private findRoot(i: number): number {
    const { parents } = this;
    let current = i;
    while (parents[current] !== current) {
      parents[current] = parents[parents[current]];
      current = parents[current];
    }
    return current;
  }
}

/** Sorts items by a small integer key (counting sort). Yields each bucket of at least two items with equal keys. */
function* groupByKey(
  items: Int32Array,
  getKey: (item: number) => number,
  keyCount: number,
): Generator<Int32Array> {
  const nextOffsets = new Int32Array(keyCount + 1);
  for (const item of items) nextOffsets[getKey(item) + 1]++;
  for (let key = 0; key < keyCount; key++) nextOffsets[key + 1] += nextOffsets[key];
  const starts = nextOffsets.slice();
  const sortedItems = new Int32Array(items.length);
  for (const item of items) sortedItems[nextOffsets[getKey(item)]++] = item;
  for (let key = 0; key < keyCount; key++) {
    if (starts[key + 1] - starts[key] > 1) yield sortedItems.subarray(starts[key], starts[key + 1]);
  }
}

function countBits(value: number): number {
  let bits = value - ((value >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
