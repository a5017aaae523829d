import { describe, expect, it } from 'vitest';
import { interpolateQuality, interpolateValue } from './quality-table.js';

const TABLE = [
  [10, 1],
  [20, 2],
  [40, 6],
] as const;

describe('The quality table', () => {
  it('interpolateValue() interpolates between the entries and extrapolates beyond them', () => {
    expect([0, 10, 15, 30, 50].map((quality) => interpolateValue(TABLE, quality))).toEqual([
      0, 1, 1.5, 4, 8,
    ]);
  });

  it('interpolateQuality() is the inverse of interpolateValue()', () => {
    for (const quality of [1, 10, 15, 33, 60]) {
      expect(interpolateQuality(TABLE, interpolateValue(TABLE, quality))).toBeCloseTo(quality);
    }
  });
});
