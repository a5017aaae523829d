import { describe, expect, it } from 'vitest';
import { AdaptiveConcurrency } from './adaptive-concurrency.js';

const succeed = (allowance: AdaptiveConcurrency, times: number) => {
  for (let i = 0; i < times; i++) allowance.succeeded('a');
};

describe('HostAllowance', () => {
  it('begins with what a browser opens, or with less where less is the most', () => {
    expect(new AdaptiveConcurrency(24).of('a')).toBe(8);
    expect(new AdaptiveConcurrency(3).of('a')).toBe(3);
  });

  it('adds a place for each round without trouble, up to the most', () => {
    const allowance = new AdaptiveConcurrency(10);
    succeed(allowance, 7);
    expect(allowance.of('a')).toBe(8);
    succeed(allowance, 1);
    expect(allowance.of('a')).toBe(9);
    succeed(allowance, 1000);
    expect(allowance.of('a')).toBe(10);
    expect(allowance.of('b')).toBe(8);
  });

  it('takes half for an overload, once for all who saw it, and never the last', () => {
    const clock = { ms: 0 };
    const allowance = new AdaptiveConcurrency(24, () => clock.ms);
    const overloads = [];
    for (; clock.ms <= 5000; clock.ms += 500) {
      allowance.overloaded('a');
      overloads.push(allowance.of('a'));
    }
    expect(overloads).toEqual([4, 4, 2, 2, 1, 1, 1, 1, 1, 1, 1]);
  });
});
