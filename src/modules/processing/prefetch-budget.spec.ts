import { describe, expect, it } from 'vitest';
import { PrefetchBudget } from './prefetch-budget.js';

describe('PrefetchBudget', () => {
  it('waitForBudget() waits while images hold too many bytes', async () => {
    const budget = new PrefetchBudget(100);
    const begun: string[] = [];
    const begin = (name: string) => budget.waitForBudget().then(() => begun.push(name));
    await begin('first');
    const release = budget.addBytes(100);
    const second = begin('second');
    await new Promise(setImmediate);
    expect(begun).toEqual(['first']);
    release();
    await second;
    expect(begun).toEqual(['first', 'second']);
  });

  it('waitForBudget() resolves while images hold fewer bytes than the maximum', async () => {
    const budget = new PrefetchBudget(100);
    budget.addBytes(99);
    await expect(budget.waitForBudget()).resolves.toBeUndefined();
  });
});
