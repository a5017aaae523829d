import { describe, expect, it } from 'vitest';
import { Batcher, type BatcherSettings } from './batcher.js';

/** Creates a batcher that returns its items, and records the size of each batch. */
function createBatcher(settings: BatcherSettings) {
  const sizes: number[] = [];
  const run = async (items: number[]) => {
    sizes.push(items.length);
    return items;
  };
  return { sizes, batcher: new Batcher(run, settings) };
}

describe('Batcher', () => {
  it('Batcher.addItem() collects items while a batch runs and resolves each with its own result', async () => {
    const sizes: number[] = [];
    let release = () => {};
    const firstBatchEnds = new Promise<void>((resolve) => (release = resolve));
    const batcher = new Batcher(async (items: number[]) => {
      sizes.push(items.length);
      if (sizes.length === 1) await firstBatchEnds;
      return items.map((n) => n * 2);
    });
    const first = batcher.addItem(1);
    await new Promise(setImmediate);
    const laterItems = [2, 3, 4].map((n) => batcher.addItem(n));
    release();
    expect(await Promise.all([first, ...laterItems])).toEqual([2, 4, 6, 8]);
    expect(sizes).toEqual([1, 3]);
  });

  it('Batcher.addItem() rejects the items of a failed batch and runs the next batch', async () => {
    const batcher = new Batcher(async (items: number[]) => {
      if (items.includes(1)) throw new Error('no');
      return items;
    });
    await expect(batcher.addItem(1)).rejects.toThrow('no');
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
    const waiting = batcher.addItem(2);
    await new Promise(setImmediate);
    await Promise.all([waiting, batcher.addItem(3, { flush: true })]);
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
