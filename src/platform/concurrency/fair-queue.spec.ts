import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.js';

const toGroup = (name: string) => name.slice(0, 1);
const createQueue = (...names: string[]) => {
  const queue = new FairQueue<string>();
  for (const name of names) queue.pushItem(name, toGroup(name));
  return queue;
};
const drainQueue = (queue: FairQueue<string>) => {
  const names: string[] = [];
  for (let next = queue.shiftItem(); next; next = queue.shiftItem()) names.push(next);
  return names;
};

describe('FairQueue', () => {
  it('FairQueue.shiftItem() serves large groups in turn and the items of each group in order of arrival', () => {
    const names = Array.from({ length: 40 }, (_, i) => [`a${i}`, `b${i}`]).flat();
    const servedNames = drainQueue(createQueue(...names));
    const groups = servedNames.slice(40, 48).map(toGroup);
    expect(groups.join('')).toMatch(/^(abababab|babababa)$/);
    for (const group of ['a', 'b']) {
      const groupItems = servedNames.filter((name) => name.startsWith(group));
      expect(groupItems).toEqual(names.filter((name) => name.startsWith(group)));
    }
  });

  it('FairQueue.shiftItem() serves four of the first items of a new group for each item of another group', () => {
    const queue = createQueue(...Array.from({ length: 30 }, (_, i) => `a${i}`));
    for (let i = 0; i < 17; i++) queue.shiftItem();
    for (let i = 0; i < 6; i++) queue.pushItem(`b${i}`, 'b');
    expect(drainQueue(queue).slice(0, 8)).toEqual([
      'b0',
      'b1',
      'b2',
      'b3',
      'a17',
      'b4',
      'b5',
      'a18',
    ]);
  });

  it('FairQueue.requeueItem() puts an item ahead of the others in its group', () => {
    const queue = createQueue('a1', 'a2');
    queue.requeueItem(queue.shiftItem()!, 'a');
    expect(queue).toHaveLength(2);
    expect(drainQueue(queue)).toEqual(['a1', 'a2']);
  });

  it('FairQueue.requeueItem() puts the only item of a group first', () => {
    const queue = createQueue('a1', 'b1', 'c1');
    queue.requeueItem(queue.shiftItem()!, 'a');
    expect(drainQueue(queue)).toEqual(['a1', 'b1', 'c1']);
  });

  it('FairQueue.removeItem() removes one item and clearItems() returns the remaining items', () => {
    const queue = createQueue('a1', 'b1', 'b2');
    expect(queue.removeItem((name) => name === 'b1')).toBe('b1');
    expect(queue.removeItem((name) => name === 'b1')).toBeUndefined();
    expect(queue.clearItems()).toEqual(['a1', 'b2']);
    expect(queue).toHaveLength(0);
  });

  it('FairQueue.shiftItem() treats a group as new after the queue was empty', () => {
    const queue = createQueue(...Array.from({ length: 30 }, (_, i) => `a${i}`));
    drainQueue(queue);
    for (const name of ['a30', 'b0', 'a31']) queue.pushItem(name, toGroup(name));
    expect(drainQueue(queue)).toEqual(['a30', 'b0', 'a31']);
  });
});
