import { beforeEach, describe, expect, it } from 'vitest';
import { InFlightImages } from './in-flight-images.js';

let inHand: InFlightImages;
beforeEach(() => (inHand = new InFlightImages()));
const take = (request: string, images: number) => {
  for (let i = 0; i < images; i++) inHand.add(request);
};

describe('in a hurry', () => {
  it('is a small request beside a large one, not the large one', () => {
    take('large', 80);
    take('small', 10);
    expect([inHand.isLatencySensitive('small'), inHand.isLatencySensitive('large')]).toEqual([
      true,
      false,
    ]);
  });

  it('is none of many small ones', () => {
    for (let i = 0; i < 9; i++) take(`small ${i}`, 10);
    expect(inHand.isLatencySensitive('small 3')).toBe(false);
  });

  it('is nobody any more when the large one has ended', () => {
    take('large', 20);
    take('small', 10);
    take('other', 10);
    for (let i = 0; i < 20; i++) inHand.remove('large');
    expect(inHand.isLatencySensitive('small')).toBe(false);
  });
});
