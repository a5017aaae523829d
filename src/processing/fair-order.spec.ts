import { describe, expect, it } from 'vitest';
import { FairOrder } from './fair-order.js';

describe('FairOrder', () => {
  it('lets a small request go ahead of what a large one has waiting', () => {
    const order = new FairOrder();
    const large = Array.from({ length: 100 }, () => order.tag('large'));
    order.begun(large[40]);
    const small = Array.from({ length: 3 }, () => order.tag('small'));
    expect(Math.max(...small)).toBeLessThan(large[41]);
  });

  it('lets the first sixteen of a request go ahead four by four', () => {
    const order = new FairOrder();
    const large = Array.from({ length: 100 }, () => order.tag('large'));
    order.begun(large[40]);
    const small = Array.from({ length: 18 }, () => order.tag('small'));
    const ahead = large.slice(41).filter((tag) => tag < small[15]);
    expect(ahead).toHaveLength(2);
    expect(small.slice(15)).toEqual([small[0] + 3, small[0] + 4, small[0] + 5]);
  });

  it('does not let small requests, one after the other, overtake a large one for ever', () => {
    const order = new FairOrder();
    const large = Array.from({ length: 10 }, () => order.tag('large'));
    for (let i = 0; i < 10; i++) order.begun(order.tag(`small ${i}`));
    for (let tag = 1; tag <= 10; tag++) order.begun(tag);
    expect(order.tag('small again')).toBeGreaterThanOrEqual(large.at(-1)!);
  });

  it('takes turns between two large requests', () => {
    const order = new FairOrder();
    for (let i = 0; i < 16; i++) for (const id of ['a', 'b']) order.tag(id);
    const tags = ['a', 'b', 'a', 'b'].map((id) => order.tag(id));
    expect(tags).toEqual([5, 5, 6, 6]);
  });

  it('starts over when nothing waits', () => {
    const order = new FairOrder();
    order.begun(order.tag('a') + 50);
    order.reset();
    expect(order.tag('a')).toBe(1);
  });
});
