import { describe, expect, it } from 'vitest';
import { AdaptiveConcurrencyLimit } from './adaptive-concurrency-limit.js';

const recordSuccesses = (concurrency: AdaptiveConcurrencyLimit, count: number) => {
  for (let i = 0; i < count; i++) concurrency.recordSuccess();
};

describe('AdaptiveConcurrencyLimit', () => {
  it('AdaptiveConcurrencyLimit starts at 8, or at the maximum if that is lower', () => {
    expect(new AdaptiveConcurrencyLimit(24).limit).toBe(8);
    expect(new AdaptiveConcurrencyLimit(3).limit).toBe(3);
  });

  it('AdaptiveConcurrencyLimit adds one for each round of successes, up to the maximum', () => {
    const concurrency = new AdaptiveConcurrencyLimit(10);
    recordSuccesses(concurrency, 7);
    expect(concurrency.limit).toBe(8);
    recordSuccesses(concurrency, 1);
    expect(concurrency.limit).toBe(9);
    recordSuccesses(concurrency, 1000);
    expect(concurrency.limit).toBe(10);
  });

  it('AdaptiveConcurrencyLimit halves the limit once per overload, even if many downloads report it, down to one', () => {
    const clock = { ms: 0 };
    const concurrency = new AdaptiveConcurrencyLimit(24, () => clock.ms);
    const limits = [];
    for (; clock.ms <= 5000; clock.ms += 500) {
      concurrency.recordOverload();
      limits.push(concurrency.limit);
    }
    expect(limits).toEqual([4, 4, 2, 2, 1, 1, 1, 1, 1, 1, 1]);
  });
});
