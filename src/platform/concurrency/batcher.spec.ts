import { describe, expect, it } from 'vitest';
import { Batcher, type BatcherSettings } from './batcher.js';

/** Answers with what it got, and remembers how many came together. */
function counting(settings: BatcherSettings) {
  const sizes: number[] = [];
  const run = async (items: number[]) => {
    sizes.push(items.length);
    return items;
  };
  return { sizes, batcher: new Batcher(run, settings) };
}

describe('Batcher', () => {
  it('gathers what comes in while a batch is under way, and answers each', async () => {
    const sizes: number[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const batcher = new Batcher(async (items: number[]) => {
      sizes.push(items.length);
      if (sizes.length === 1) await gate;
      return items.map((n) => n * 2);
    });
    const first = batcher.add(1);
    await new Promise(setImmediate);
    const rest = [2, 3, 4].map((n) => batcher.add(n));
    release();
    expect(await Promise.all([first, ...rest])).toEqual([2, 4, 6, 8]);
    expect(sizes).toEqual([1, 3]);
  });

  it('fails those of one batch and goes on with the next', async () => {
    const batcher = new Batcher(async (items: number[]) => {
      if (items.includes(1)) throw new Error('no');
      return items;
    });
    await expect(batcher.add(1)).rejects.toThrow('no');
    await expect(batcher.add(2)).resolves.toBe(2);
  });

  it('never makes a batch larger than its maximum', async () => {
    const { sizes, batcher } = counting({ maximum: 3 });
    await Promise.all([1, 2, 3, 4, 5, 6, 7].map((n) => batcher.add(n)));
    expect(sizes).toEqual([3, 3, 1]);
  });

  it('does not wait when one of them is in a hurry', async () => {
    const { sizes, batcher } = counting({ worthwhile: 3, lingerMs: 600_000 });
    await batcher.add(1);
    const patient = batcher.add(2);
    await new Promise(setImmediate);
    await Promise.all([patient, batcher.add(3, { hurry: true })]);
    await batcher.add(4, { hurry: true });
    expect(sizes).toEqual([1, 2, 1]);
  });

  it('waits for a worthwhile batch only right after another one', async () => {
    const { sizes, batcher } = counting({ worthwhile: 3, lingerMs: 600_000 });
    await batcher.add(1);
    const rest = [batcher.add(2)];
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sizes).toEqual([1]);
    rest.push(batcher.add(3), batcher.add(4));
    await Promise.all(rest);
    expect(sizes).toEqual([1, 3]);
  });
});
