import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CachedResults } from './cached-results.js';

describe('CachedResults', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  let computationCount = 0;
  const compute = async () => {
    computationCount += 1;
    await vi.advanceTimersByTimeAsync(0);
    return computationCount;
  };
  beforeEach(() => (computationCount = 0));

  it('CachedResults computes a result once for concurrent callers', async () => {
    const results = new CachedResults<number>(2);
    const values = await Promise.all([1, 2, 3].map(() => results.getOrCompute('a', 0, compute)));
    expect([values, computationCount]).toEqual([[1, 1, 1], 1]);
  });

  it('CachedResults caches a result for its lifetime, then computes it again', async () => {
    const results = new CachedResults<number>(2);
    await results.getOrCompute('a', 1000, compute);
    await vi.advanceTimersByTimeAsync(999);
    expect(await results.getOrCompute('a', 1000, compute)).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await results.getOrCompute('a', 1000, compute)).toBe(2);
  });

  it('CachedResults removes the least recently used result', async () => {
    const results = new CachedResults<number>(2);
    for (const key of ['a', 'b', 'a', 'c']) await results.getOrCompute(key, Infinity, compute);
    expect(await results.getOrCompute('a', Infinity, compute)).toBe(1);
    expect(await results.getOrCompute('b', Infinity, compute)).toBe(4);
  });

  it('CachedResults computes a result again after a failed computation', async () => {
    const results = new CachedResults<number>(2);
    const failedComputation = results.getOrCompute('a', Infinity, () =>
      Promise.reject(new Error('unavailable')),
    );
    await expect(failedComputation).rejects.toThrow('unavailable');
    expect(await results.getOrCompute('a', Infinity, compute)).toBe(1);
  });
});
