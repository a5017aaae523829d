import { describe, expect, it } from 'vitest';
import { FairOrder } from './fair-order.js';

describe('FairOrder', () => {
  it('lets a small request go ahead of what a large one has waiting', () => {
    const order = new FairOrder();
    const large = Array.from({ length: 100 }, () => order.nextTag('large', 'owner'));
    order.recordStart(large[40]);
    const small = Array.from({ length: 3 }, () => order.nextTag('small', 'owner'));
    expect(Math.max(...small)).toBeLessThan(large[41]);
  });

  it('lets the first sixteen of a request go ahead four by four', () => {
    const order = new FairOrder();
    const large = Array.from({ length: 100 }, () => order.nextTag('large', 'owner'));
    order.recordStart(large[40]);
    const small = Array.from({ length: 18 }, () => order.nextTag('small', 'owner'));
    const ahead = large.slice(41).filter((tag) => tag < small[15]);
    expect(ahead).toHaveLength(2);
    expect(small.slice(15)).toEqual([small[0] + 3, small[0] + 4, small[0] + 5]);
  });

  it('does not let small requests, one after the other, overtake a large one for ever', () => {
    const order = new FairOrder();
    const large = Array.from({ length: 10 }, () => order.nextTag('large', 'owner'));
    for (let i = 0; i < 10; i++) order.recordStart(order.nextTag(`small ${i}`, 'owner'));
    for (let tag = 1; tag <= 10; tag++) order.recordStart(tag);
    expect(order.nextTag('small again', 'owner')).toBeGreaterThanOrEqual(large.at(-1)!);
  });

  it('takes turns between two large requests', () => {
    const order = new FairOrder();
    for (let i = 0; i < 16; i++) for (const id of ['a', 'b']) order.nextTag(id, 'owner');
    const tags = ['a', 'b', 'a', 'b'].map((id) => order.nextTag(id, 'owner'));
    expect(tags).toEqual([5, 5, 6, 6]);
  });

  it('puts a request of another owner ahead of hundreds of small requests that came before', () => {
    const order = new FairOrder();
    const many = Array.from({ length: 700 }, (_, i) => order.nextTag(`small ${i}`, 'a'));
    const one = order.nextTag('one', 'b');
    expect(many.filter((tag) => tag <= one)).toHaveLength(4);
  });

  it('starts over when nothing waits', () => {
    const order = new FairOrder();
    order.recordStart(order.nextTag('a', 'owner') + 50);
    order.nextTag('b', 'owner');
    order.reset();
    expect(order.nextTag('a', 'owner')).toBe(1);
  });
});
