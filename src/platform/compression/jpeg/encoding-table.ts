import { TreeHeap } from './tree-heap.js';

const MAX_CODE_LENGTH = 16;
/** Exceeds the maximum code length for 257 symbols whose counts fit in 32 bits. */
const MAX_UNLIMITED_CODE_LENGTH = 64;

/** An optimal Huffman code for given symbol frequencies. */
export interface EncodingTable {
  /** Number of codes of each length, starting with length 1. */
  codeCounts: Uint8Array;
  /** The symbols, sorted by the length of their code, then by value. */
  values: Uint8Array;
}

/** Builds a table (ITU-T T.81, K.2) in which no code consists only of 1-bits or is longer than 16 bits. */
export function buildOptimalTable(frequencies: Int32Array): EncodingTable {
  const lengths = computeUnlimitedLengths(frequencies);
  const counts = new Int32Array(MAX_UNLIMITED_CODE_LENGTH + 1);
  for (let symbol = 0; symbol < lengths.length; symbol++) counts[lengths[symbol]]++;
  counts[0] = 0;
  const values = sortSymbolsByLength(lengths.subarray(0, frequencies.length), counts);
  limitCodeLengths(counts);
  return { codeCounts: Uint8Array.from(counts.subarray(1, MAX_CODE_LENGTH + 1)), values };
}

/**
 * Returns the code length of each symbol without a maximum, and 0 for unused symbols. The last entry is an
 * additional, unused symbol, which reserves the code that consists only of 1-bits.
 */
function computeUnlimitedLengths(frequencies: Int32Array): Uint8Array {
  const symbolCount = frequencies.length + 1;
  const trees = new TreeHeap(symbolCount);
  for (let symbol = 0; symbol < frequencies.length; symbol++) {
    if (frequencies[symbol] > 0) trees.addTree(frequencies[symbol], symbol);
  }
  trees.addTree(1, symbolCount - 1);

  // Root node of each tree, by the symbol that identifies the tree. Nodes have higher numbers than their children.
  const roots = new Uint16Array(symbolCount);
  for (let symbol = 0; symbol < symbolCount; symbol++) roots[symbol] = symbol;
  const parents = new Uint16Array(2 * symbolCount);
  let root = symbolCount - 1;
  while (trees.size > 1) {
    root++;
    const lightest = trees.removeLightestTree();
    const secondLightest = trees.removeLightestTree();
    parents[roots[lightest.symbol]] = root;
    parents[roots[secondLightest.symbol]] = root;
    roots[lightest.symbol] = root;
    trees.addTree(lightest.weight + secondLightest.weight, lightest.symbol);
  }

  const depths = new Uint8Array(root + 1);
  for (let node = root - 1; node >= 0; node--) {
    if (parents[node] > 0) depths[node] = depths[parents[node]] + 1;
  }
  return depths.subarray(0, symbolCount);
}

/** Sorts the used symbols by the length of their code, then by value. */
function sortSymbolsByLength(lengths: Uint8Array, counts: Int32Array): Uint8Array {
  const starts = new Int32Array(counts.length);
  for (let length = 1; length < counts.length; length++) {
    starts[length] = starts[length - 1] + counts[length - 1];
  }
  const sorted = new Uint8Array(lengths.length);
  let usedCount = 0;
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    if (lengths[symbol] === 0) continue;
    sorted[starts[lengths[symbol]]++] = symbol;
    usedCount++;
  }
  return sorted.subarray(0, usedCount);
}

/** Limits the code lengths (figure K.3). Finally removes the unused symbol, which has the longest code. */
function limitCodeLengths(counts: Int32Array): void {
  for (let length = MAX_UNLIMITED_CODE_LENGTH; length > MAX_CODE_LENGTH; length--) {
    while (counts[length] > 0) {
      let shorter = length - 2;
      while (counts[shorter] === 0) shorter--;
      counts[length] -= 2;
      counts[length - 1]++;
      counts[shorter + 1] += 2;
      counts[shorter]--;
    }
  }
  let longest = MAX_CODE_LENGTH;
  while (counts[longest] === 0) longest--;
  counts[longest]--;
}

/** Stores `length << 16 | code` of each symbol at the index of the symbol. */
export function fillCodes({ codeCounts, values }: EncodingTable, codes: Int32Array): void {
  let code = 0;
  let index = 0;
  for (const [i, count] of codeCounts.entries()) {
    for (let n = 0; n < count; n++) codes[values[index++]] = ((i + 1) << 16) | code++;
    code <<= 1;
  }
}
