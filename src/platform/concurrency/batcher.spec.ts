import { describe, expect, it } from 'vitest';
import { Batcher, type BatcherSettings } from './batcher.js';

/** Returns its items and records the size of each batch. */
function counting(settings: BatcherSettings) {
  const sizes: number[] = [];
  const run = async (items: number[]) => {
    sizes.push(items.length);
    return items;
  };
  return { sizes, batcher: new Batcher(run, settings) };
}

describe('Batcher', () => {
  it('Batcher.add() collects items while a batch runs and resolves each with its own result', async () => {
    const sizes: number[] = [];
    let release = () => {};
    const firstBatchEnds = new Promise<void>((resolve) => (release = resolve));
    const batcher = new Batcher(async (items: number[]) => {
      sizes.push(items.length);
      if (sizes.length === 1) await firstBatchEnds;
      return items.map((n) => n * 2);
    });
    const first = batcher.add(1);
    await new Promise(setImmediate);
    const rest = [2, 3, 4].map((n) => batcher.add(n));
    release();
    expect(await Promise.all([first, ...rest])).toEqual([2, 4, 6, 8]);
    expect(sizes).toEqual([1, 3]);
  });

  it('Batcher.add() rejects the items of a failed batch and runs the next batch', async () => {
    const batcher = new Batcher(async (items: number[]) => {
      if (items.includes(1)) throw new Error('no');
      return items;
    });
    await expect(batcher.add(1)).rejects.toThrow('no');
    await expect(batcher.add(2)).resolves.toBe(2);
  });

  it('Batcher.add() splits items into batches of at most maxBatchSize', async () => {
    const { sizes, batcher } = counting({ maxBatchSize: 3 });
    await Promise.all([1, 2, 3, 4, 5, 6, 7].map((n) => batcher.add(n)));
    expect(sizes).toEqual([3, 3, 1]);
  });

  it('Batcher.add() starts a waiting batch when an item asks for a flush', async () => {
    const { sizes, batcher } = counting({ minBatchSize: 3, maxWaitMs: 600_000 });
    await batcher.add(1);
    const waiting = batcher.add(2);
    await new Promise(setImmediate);
    await Promise.all([waiting, batcher.add(3, { flush: true })]);
    await batcher.add(4, { flush: true });
    expect(sizes).toEqual([1, 2, 1]);
  });

  it('Batcher.add() waits for minBatchSize items only directly after another batch', async () => {
    const { sizes, batcher } = counting({ minBatchSize: 3, maxWaitMs: 600_000 });
    await batcher.add(1);
    const rest = [batcher.add(2)];
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sizes).toEqual([1]);
    rest.push(batcher.add(3), batcher.add(4));
    await Promise.all(rest);
    expect(sizes).toEqual([1, 3]);
  });
});
