import { describe, expect, it } from 'vitest';
import { Batcher, type BatcherSettings } from './batcher.js';

/** Creates a batcher that returns its items, and records the size of each batch. */
function createBatcher(settings: BatcherSettings) {
  const sizes: number[] = [];
  const runBatch = async (items: number[]) => {
    sizes.push(items.length);
    return items;
  };
  return { sizes, batcher: new Batcher(runBatch, settings) };
}

describe('Batcher', () => {
  it('Batcher.addItem() collects items while a batch runs and resolves each with its own result', async () => {
    const sizes: number[] = [];
    let endFirstBatch = () => {};
    const firstBatchEnd = new Promise<void>((resolve) => (endFirstBatch = resolve));
    const batcher = new Batcher(async (items: number[]) => {
      sizes.push(items.length);
      if (sizes.length === 1) await firstBatchEnd;
      return items.map((n) => n * 2);
    });
    const firstItem = batcher.addItem(1);
    await new Promise(setImmediate);
    const laterItems = [2, 3, 4].map((n) => batcher.addItem(n));
    endFirstBatch();
    expect(await Promise.all([firstItem, ...laterItems])).toEqual([2, 4, 6, 8]);
    expect(sizes).toEqual([1, 3]);
  });

  it('Batcher.addItem() rejects the items of a failed batch and runs the next batch', async () => {
    const batcher = new Batcher(async (items: number[]) => {
      if (items.includes(1)) throw new Error('failed');
      return items;
    });
    await expect(batcher.addItem(1)).rejects.toThrow('failed');
    await expect(batcher.addItem(2)).resolves.toBe(2);
  });

  it('Batcher.addItem() splits items into batches of at most maxBatchSize', async () => {
    const { sizes, batcher } = createBatcher({ maxBatchSize: 3 });
    await Promise.all([1, 2, 3, 4, 5, 6, 7].map((n) => batcher.addItem(n)));
    expect(sizes).toEqual([3, 3, 1]);
  });

  it('Batcher.addItem() starts a waiting batch when an item requests a flush', async () => {
    const { sizes, batcher } = createBatcher({ minBatchSize: 3, maxWaitMs: 600_000 });
    await batcher.addItem(1);
    const waitingItem = batcher.addItem(2);
    await new Promise(setImmediate);
    await Promise.all([waitingItem, batcher.addItem(3, { flush: true })]);
    await batcher.addItem(4, { flush: true });
    expect(sizes).toEqual([1, 2, 1]);
  });

  it('Batcher.addItem() waits for minBatchSize items only directly after another batch', async () => {
    const { sizes, batcher } = createBatcher({ minBatchSize: 3, maxWaitMs: 600_000 });
    await batcher.addItem(1);
    const laterItems = [batcher.addItem(2)];
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sizes).toEqual([1]);
    laterItems.push(batcher.addItem(3), batcher.addItem(4));
    await Promise.all(laterItems);
    expect(sizes).toEqual([1, 3]);
  });
});
