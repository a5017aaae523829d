import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CachedResults } from './cached-results.js';

describe('CachedResults', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  let computed = 0;
  const compute = async () => {
    computed += 1;
    await vi.advanceTimersByTimeAsync(0);
    return computed;
  };
  beforeEach(() => (computed = 0));

  it('CachedResults computes a result once for simultaneous callers', async () => {
    const results = new CachedResults<number>(2);
    const values = await Promise.all([1, 2, 3].map(() => results.get('a', 0, compute)));
    expect([values, computed]).toEqual([[1, 1, 1], 1]);
  });

  it('CachedResults keeps a result for its lifetime and then computes it again', async () => {
    const results = new CachedResults<number>(2);
    await results.get('a', 1000, compute);
    await vi.advanceTimersByTimeAsync(999);
    expect(await results.get('a', 1000, compute)).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await results.get('a', 1000, compute)).toBe(2);
  });

  it('CachedResults removes the least recently used result', async () => {
    const results = new CachedResults<number>(2);
    for (const key of ['a', 'b', 'a', 'c']) await results.get(key, Infinity, compute);
    expect(await results.get('a', Infinity, compute)).toBe(1);
    expect(await results.get('b', Infinity, compute)).toBe(4);
  });

  it('CachedResults computes again after a failure', async () => {
    const results = new CachedResults<number>(2);
    const failing = results.get('a', Infinity, () => Promise.reject(new Error('away')));
    await expect(failing).rejects.toThrow('away');
    expect(await results.get('a', Infinity, compute)).toBe(1);
  });
});
