import { describe, expect, it } from 'vitest';
import { PrefetchBudget } from './prefetch-budget.js';

describe('PrefetchBudget', () => {
  it('lets no download begin while too many bytes wait', async () => {
    const budget = new PrefetchBudget(100);
    const begun: string[] = [];
    const begin = (name: string) => budget.room().then(() => begun.push(name));
    await begin('first');
    const release = budget.hold(100);
    const second = begin('second');
    await new Promise(setImmediate);
    expect(begun).toEqual(['first']);
    release();
    await second;
    expect(begun).toEqual(['first', 'second']);
  });

  it('lets one in while there is any room, for its size is not known', async () => {
    const budget = new PrefetchBudget(100);
    budget.hold(99);
    await expect(budget.room()).resolves.toBeUndefined();
  });
});
