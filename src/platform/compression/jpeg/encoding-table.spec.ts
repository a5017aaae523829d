import { describe, expect, it } from 'vitest';
import { fillCodes, buildOptimalTable } from './encoding-table.js';

/** Creates the same frequencies in each run, with a linear congruential generator. */
function createFrequencies(seed: number, symbolCount: number, maxBits: number): Int32Array {
  let state = seed;
  const nextRandom = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const frequencies = new Int32Array(256);
  for (let i = 0; i < symbolCount; i++) {
    frequencies[Math.floor(nextRandom() * 256)] = Math.floor(2 ** (nextRandom() * maxBits));
  }
  return frequencies;
}

/** Computes the number of bits of an optimal code without a maximum length, including the reserved symbol. */
function computeOptimalBits(frequencies: Int32Array): number {
  const weights = [1, ...frequencies.filter((count) => count > 0)];
  let bits = 0;
  while (weights.length > 1) {
    weights.sort((a, b) => b - a);
    const mergedWeight = weights.pop()! + weights.pop()!;
    bits += mergedWeight;
    weights.push(mergedWeight);
  }
  return bits;
}

function buildCodes(frequencies: Int32Array): { symbol: number; length: number; code: number }[] {
  const codes = new Int32Array(256);
  const table = buildOptimalTable(frequencies);
  fillCodes(table, codes);
  return Array.from(table.values, (symbol) => ({
    symbol,
    length: codes[symbol] >> 16,
    code: codes[symbol] & 0xffff,
  }));
}

describe('buildOptimalTable()', () => {
  it.each([
    [1, 1, 1],
    [2, 2, 3],
    [3, 12, 8],
    [4, 60, 12],
    [5, 256, 20],
    [6, 2000, 30],
  ])(
    'buildOptimalTable() creates a prefix code for each used symbol (seed %i, %i symbols, %i bits)',
    (seed, symbols, maxBits) => {
      const frequencies = createFrequencies(seed, symbols, maxBits);
      const codes = buildCodes(frequencies);
      const usedSymbols = [...frequencies.keys()].filter((symbol) => frequencies[symbol] > 0);
      expect(codes.map(({ symbol }) => symbol).toSorted((a, b) => a - b)).toEqual(usedSymbols);
      expect(Math.max(...codes.map(({ length }) => length))).toBeLessThanOrEqual(16);
      // The code that consists only of 1-bits remains unused.
      expect(codes.reduce((sum, { length }) => sum + 2 ** -length, 0)).toBeLessThan(1);
      const codeTexts = codes.map(({ code, length }) => code.toString(2).padStart(length, '0'));
      const sortedTexts = codeTexts.toSorted();
      expect(sortedTexts.filter((text, i) => sortedTexts[i + 1]?.startsWith(text))).toEqual([]);
      expect(codeTexts.filter((text) => !text.includes('0'))).toEqual([]);
    },
  );

  it.each([
    [7, 5, 6],
    [8, 40, 8],
    [9, 200, 6],
  ])(
    'buildOptimalTable() creates a code with as few bits as possible (seed %i, %i symbols, %i bits)',
    (seed, symbols, maxBits) => {
      const frequencies = createFrequencies(seed, symbols, maxBits);
      const codes = buildCodes(frequencies);
      const longestLength = Math.max(...codes.map(({ length }) => length));
      const bits = codes.reduce((sum, { symbol, length }) => sum + frequencies[symbol] * length, 0);
      // The reserved symbol occurs once, with the longest code.
      expect(bits + longestLength).toBe(computeOptimalBits(frequencies));
    },
  );

  it('buildOptimalTable() limits the codes of Fibonacci frequencies to 16 bits', () => {
    const frequencies = new Int32Array(256);
    for (let i = 0, [a, b] = [1, 1]; i < 40; i++, [a, b] = [b, a + b]) frequencies[i] = a;
    expect(Math.max(...buildCodes(frequencies).map(({ length }) => length))).toBe(16);
  });
});
