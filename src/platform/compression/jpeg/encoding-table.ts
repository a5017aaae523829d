const MAX_CODE_LENGTH = 16;
/** Exceeds the maximum code length for 257 symbols whose counts fit in 32 bits. */
const MAX_DRAFT_LENGTH = 64;

/** An optimal Huffman code for given symbol frequencies. */
export interface EncodingTable {
  /** Number of codes of each length, from length 1. */
  lengths: Uint8Array;
  /** The symbols by the length of their code, then by value. */
  values: Uint8Array;
}

/** ITU-T T.81, K.2: no code consists only of 1-bits, and none is longer than 16 bits. */
export function optimalTable(frequencies: Int32Array): EncodingTable {
  // An additional, unused symbol reserves the code of all 1-bits.
  const weight = [...frequencies, 1];
  const size = weight.map(() => 0);
  const parts = weight.map((_, i) => [i]);
  const heap = weight.flatMap((count, i) => (count > 0 ? [i] : []));
  const takeLightest = () => {
    let best = 0;
    for (let i = 1; i < heap.length; i++) {
      const [a, b] = [heap[i], heap[best]];
      if (weight[a] < weight[b] || (weight[a] === weight[b] && a > b)) best = i;
    }
    return heap.splice(best, 1)[0];
  };
  while (heap.length > 1) {
    const [one, other] = [takeLightest(), takeLightest()];
    weight[one] += weight[other];
    parts[one].push(...parts[other]);
    for (const symbol of parts[one]) size[symbol]++;
    heap.push(one);
  }

  const counts = new Int32Array(MAX_DRAFT_LENGTH + 1);
  for (const length of size) if (length > 0) counts[length]++;
  shorten(counts);
  const symbols = Array.from(frequencies.keys()).filter((symbol) => size[symbol] > 0);
  symbols.sort((a, b) => size[a] - size[b] || a - b);
  return {
    lengths: Uint8Array.from(counts.subarray(1, MAX_CODE_LENGTH + 1)),
    values: Uint8Array.from(symbols),
  };
}

/** Figure K.3. Removes the unused symbol, which has the longest code, at the end. */
function shorten(counts: Int32Array): void {
  for (let length = MAX_DRAFT_LENGTH; length > MAX_CODE_LENGTH; length--) {
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

/** Stores `length << 16 | code` of each symbol at its index. */
export function fillCodes({ lengths, values }: EncodingTable, codes: Int32Array): void {
  let code = 0;
  let index = 0;
  for (const [i, count] of lengths.entries()) {
    for (let n = 0; n < count; n++) codes[values[index++]] = ((i + 1) << 16) | code++;
    code <<= 1;
  }
}
