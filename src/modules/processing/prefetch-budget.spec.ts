import { describe, expect, it } from 'vitest';
import { PrefetchBudget } from './prefetch-budget.js';

describe('PrefetchBudget', () => {
  it('PrefetchBudget.waitForBudget() waits while downloaded images exhaust the budget', async () => {
    const budget = new PrefetchBudget(100);
    const startedDownloads: string[] = [];
    const startDownload = (name: string) =>
      budget.waitForBudget().then(() => startedDownloads.push(name));
    await startDownload('first');
    const release = budget.addBytes(100);
    const second = startDownload('second');
    await new Promise(setImmediate);
    expect(startedDownloads).toEqual(['first']);
    release();
    await second;
    expect(startedDownloads).toEqual(['first', 'second']);
  });

  it('PrefetchBudget.waitForBudget() resolves immediately if downloaded images use less than the budget', async () => {
    const budget = new PrefetchBudget(100);
    budget.addBytes(99);
    await expect(budget.waitForBudget()).resolves.toBeUndefined();
  });
});
