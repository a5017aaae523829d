import { setImmediate } from 'node:timers/promises';

/** Maximum number of bits in which the hashes of two similar images differ. */
export const MAX_DISTANCE = 3;

/**
 * A hash with fewer set or unset bits belongs to an image without structure, such as an empty canvas. Such
 * hashes say nothing about similarity.
 */
const MIN_BITS = 4;

/** Bands of 16 bits. Hashes with at most three different bits are equal in at least one of four bands. */
const BANDS = [0, 1, 2, 3] as const;
const BAND_VALUES = 65_536;
const SUB_BAND_VALUES = 4096;
/** A larger bucket is divided once more by bands of 12 bits of the other 48 bits. */
const MAX_BUCKET = 128;
/** Bounds the time for millions of nearly equal hashes. */
const MAX_COMPARISONS = 200_000_000;
/** Maximum time before the event loop runs other work. */
const MAX_BLOCKED_MS = 20;

export interface SimilarImages {
  /** Groups of at least two positions in `hashes`; both levels in ascending order. */
  groups: number[][];
  /** False if the limit of comparisons was reached. Groups may then be missing or divided. */
  isComplete: boolean;
}

/**
 * Groups images whose 64-bit hashes differ in at most `MAX_DISTANCE` bits, directly or through other images of
 * the group. Takes about 40 bytes of memory for each hash.
 *
 * @param hashes different from each other
 */
export async function groupSimilarImages(
  hashes: BigUint64Array,
  maxComparisons = MAX_COMPARISONS,
): Promise<SimilarImages> {
  const search = new SimilaritySearch(hashes, maxComparisons);
  const steps = search.steps();
  let began = performance.now();
  while (!steps.next().done) {
    if (performance.now() - began < MAX_BLOCKED_MS) continue;
    await setImmediate();
    began = performance.now();
  }
  return { groups: search.groups(), isComplete: search.comparisons <= maxComparisons };
}

class SimilaritySearch {
  comparisons = 0;
  /** Both halves of each hash, because bitwise operators of JavaScript use 32 bits. */
  private readonly halves: Uint32Array;
  private readonly parents: Int32Array;
  private readonly usable: Int32Array;

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
    this.usable = this.parents.filter((i) => this.hasStructure(i));
  }

  /** Joins similar hashes in short steps. */
  *steps(): Generator<void> {
    for (const band of BANDS) yield* this.joinByBand(band);
  }

  /** Joins similar hashes that are equal in one band of 16 bits. */
  private *joinByBand(band: number): Generator<void> {
    const getBand = (i: number) =>
      (this.halves[2 * i + (band >> 1)] >>> (16 * (band & 1))) & 0xffff;
    for (const bucket of bucketsOf(this.usable, getBand, BAND_VALUES)) {
      if (bucket.length <= MAX_BUCKET) this.joinPairs(bucket);
      else yield* this.joinBySubBands(bucket, band);
      yield;
    }
  }

  groups(): number[][] {
    const byRoot = new Map<number, number[]>();
    for (const i of this.usable) {
      const root = this.findRoot(i);
      const group = byRoot.get(root);
      if (group) group.push(i);
      else byRoot.set(root, [i]);
    }
    return Array.from(byRoot.values()).filter((group) => group.length > 1);
  }

  private *joinBySubBands(bucket: Int32Array, band: number): Generator<void> {
    const others = BANDS.filter((other) => other !== band);
    for (let sub = 0; sub < 4; sub++) {
      const first = 12 * sub;
      const getSubBand = (i: number) => {
        let value = 0;
        for (let bit = first; bit < first + 12; bit++) {
          const from = 16 * others[bit >> 4] + (bit & 15);
          value = (value << 1) | ((this.halves[2 * i + (from >> 5)] >>> (from & 31)) & 1);
        }
        return value;
      };
      for (const part of bucketsOf(bucket, getSubBand, SUB_BAND_VALUES)) {
        this.joinPairs(part);
        yield;
      }
    }
  }

  private joinPairs(bucket: Int32Array): void {
    for (let a = 0; a < bucket.length; a++) {
      if (this.comparisons > this.maxComparisons) return;
      this.comparisons += bucket.length - a - 1;
      for (let b = a + 1; b < bucket.length; b++) {
        if (this.distance(bucket[a], bucket[b]) <= MAX_DISTANCE)
          this.joinGroups(bucket[a], bucket[b]);
      }
    }
  }

  private distance(a: number, b: number): number {
    const { halves } = this;
    return (
      countBits(halves[2 * a] ^ halves[2 * b]) + countBits(halves[2 * a + 1] ^ halves[2 * b + 1])
    );
  }

  private hasStructure(i: number): boolean {
    const bits = countBits(this.halves[2 * i]) + countBits(this.halves[2 * i + 1]);
    return bits >= MIN_BITS && bits <= 64 - MIN_BITS;
  }

  /** Merges two groups. The smallest position is the root of its group. */
  private joinGroups(a: number, b: number): void {
    const [rootA, rootB] = [this.findRoot(a), this.findRoot(b)];
    if (rootA < rootB) this.parents[rootB] = rootA;
    else this.parents[rootA] = rootB;
  }

  private findRoot(i: number): number {
    const { parents } = this;
    let at = i;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  }
}

/** Sorts items by a small number (counting sort), and yields those with the same number together. */
function* bucketsOf(
  items: Int32Array,
  keyOf: (item: number) => number,
  keys: number,
): Generator<Int32Array> {
  const next = new Int32Array(keys + 1);
  for (const item of items) next[keyOf(item) + 1]++;
  for (let key = 0; key < keys; key++) next[key + 1] += next[key];
  const starts = next.slice();
  const sorted = new Int32Array(items.length);
  for (const item of items) sorted[next[keyOf(item)]++] = item;
  for (let key = 0; key < keys; key++) {
    if (starts[key + 1] - starts[key] > 1) yield sorted.subarray(starts[key], starts[key + 1]);
  }
}

function countBits(value: number): number {
  let bits = value - ((value >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
