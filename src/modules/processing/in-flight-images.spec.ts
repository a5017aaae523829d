import { beforeEach, describe, expect, it } from 'vitest';
import { InFlightImages } from './in-flight-images.js';

let inFlight: InFlightImages;
beforeEach(() => (inFlight = new InFlightImages()));
const add = (request: string, images: number) => {
  for (let i = 0; i < images; i++) inFlight.add(request);
};

describe('InFlightImages', () => {
  it('isLatencySensitive() returns true only for a small request while a large one is in progress', () => {
    add('large', 80);
    add('small', 10);
    expect([inFlight.isLatencySensitive('small'), inFlight.isLatencySensitive('large')]).toEqual([
      true,
      false,
    ]);
  });

  it('isLatencySensitive() returns false for a small request among many', () => {
    for (let i = 0; i < 9; i++) add(`small ${i}`, 10);
    expect(inFlight.isLatencySensitive('small 3')).toBe(false);
  });

  it('isLatencySensitive() returns false after the large request has ended', () => {
    add('large', 20);
    add('small', 10);
    add('other', 10);
    for (let i = 0; i < 20; i++) inFlight.remove('large');
    expect(inFlight.isLatencySensitive('small')).toBe(false);
  });
});
