import { describe, expect, it } from 'vitest';
import { FairOrder } from './fair-order.js';

describe('FairOrder', () => {
  it('FairOrder.nextTag() puts a small group ahead of the waiting tasks of a large one', () => {
    const order = new FairOrder();
    const largeTags = Array.from({ length: 100 }, () => order.nextTag('large', 'owner'));
    order.recordStart(largeTags[40]);
    const smallTags = Array.from({ length: 3 }, () => order.nextTag('small', 'owner'));
    expect(Math.max(...smallTags)).toBeLessThan(largeTags[41]);
  });

  it('FairOrder.nextTag() repeats each tag four times for the first sixteen tasks of a group', () => {
    const order = new FairOrder();
    const largeTags = Array.from({ length: 100 }, () => order.nextTag('large', 'owner'));
    order.recordStart(largeTags[40]);
    const smallTags = Array.from({ length: 18 }, () => order.nextTag('small', 'owner'));
    const earlierLargeTags = largeTags.slice(41).filter((tag) => tag < smallTags[15]);
    expect(earlierLargeTags).toHaveLength(2);
    expect(smallTags.slice(15)).toEqual([smallTags[0] + 3, smallTags[0] + 4, smallTags[0] + 5]);
  });

  it('FairOrder.nextTag() lets a sequence of small groups overtake a large one only for a limited time', () => {
    const order = new FairOrder();
    const largeTags = Array.from({ length: 10 }, () => order.nextTag('large', 'owner'));
    for (let i = 0; i < 10; i++) order.recordStart(order.nextTag(`small ${i}`, 'owner'));
    for (let tag = 1; tag <= 10; tag++) order.recordStart(tag);
    expect(order.nextTag('small again', 'owner')).toBeGreaterThanOrEqual(largeTags.at(-1)!);
  });

  it('FairOrder.nextTag() gives two large groups the same tags', () => {
    const order = new FairOrder();
    for (let i = 0; i < 16; i++) for (const id of ['a', 'b']) order.nextTag(id, 'owner');
    const tags = ['a', 'b', 'a', 'b'].map((id) => order.nextTag(id, 'owner'));
    expect(tags).toEqual([5, 5, 6, 6]);
  });

  it('FairOrder.nextTag() puts a group of another owner ahead of hundreds of earlier small groups', () => {
    const order = new FairOrder();
    const earlierTags = Array.from({ length: 700 }, (_, i) => order.nextTag(`small ${i}`, 'a'));
    const laterTag = order.nextTag('one', 'b');
    expect(earlierTags.filter((tag) => tag <= laterTag)).toHaveLength(4);
  });

  it('FairOrder.reset() starts over at the first tag', () => {
    const order = new FairOrder();
    order.recordStart(order.nextTag('a', 'owner') + 50);
    order.nextTag('b', 'owner');
    order.reset();
    expect(order.nextTag('a', 'owner')).toBe(1);
  });

  it('FairOrder.nextTag() keeps the order of current groups while it evicts thousands of past groups', () => {
    const order = new FairOrder();
    for (let i = 0; i < 5000; i++) order.recordStart(order.nextTag(`past ${i}`, `owner ${i}`) + 1);
    const currentTags = Array.from({ length: 20 }, () => order.nextTag('current', 'owner'));
    for (let i = 0; i < 2000; i++) order.nextTag(`other ${i}`, `other owner ${i}`);
    expect(order.nextTag('current', 'owner')).toBe(currentTags.at(-1)! + 1);
  });
});
