import { describe, expect, it } from 'vitest';
import { exponentialDelay, withJitter } from './backoff.js';

describe('exponentialDelay()', () => {
  it('exponentialDelay() multiplies the delay by the factor after each attempt', () => {
    const delays = [1, 2, 3].map((attempt) =>
      exponentialDelay(attempt, { firstMs: 2000, factor: 5 }),
    );
    expect(delays).toEqual([2000, 10_000, 50_000]);
  });

  it('exponentialDelay() never exceeds maxMs', () => {
    expect(exponentialDelay(2000, { firstMs: 100, factor: 2, maxMs: 1500 })).toBe(1500);
  });
});

describe('withJitter()', () => {
  it('withJitter() spreads a delay evenly between its lower and upper bounds', () => {
    const delays = [0, 0.5, 1].map((fraction) =>
      withJitter(1000, { minus: 0.2, plus: 0.4 }, () => fraction),
    );
    expect(delays).toEqual([800, expect.closeTo(1100, 6), expect.closeTo(1400, 6)]);
  });

  it('withJitter() returns the delay unchanged without minus and plus', () => {
    expect(withJitter(1000, {})).toBe(1000);
  });
});
