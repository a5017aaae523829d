import { beforeEach, describe, expect, it } from 'vitest';
import { InFlightImages } from './in-flight-images.js';

let inFlight: InFlightImages;
beforeEach(() => (inFlight = new InFlightImages()));
const addImages = (requestId: string, count: number) => {
  for (let i = 0; i < count; i++) inFlight.addImage(requestId);
};

describe('InFlightImages', () => {
  it('InFlightImages.isLatencySensitive() returns true for a small request, but not for a large request in progress at the same time', () => {
    addImages('large', 80);
    addImages('small', 10);
    expect([inFlight.isLatencySensitive('small'), inFlight.isLatencySensitive('large')]).toEqual([
      true,
      false,
    ]);
  });

  it('InFlightImages.isLatencySensitive() returns false for a small request among many small ones', () => {
    for (let i = 0; i < 9; i++) addImages(`small ${i}`, 10);
    expect(inFlight.isLatencySensitive('small 3')).toBe(false);
  });

  it('InFlightImages.isLatencySensitive() returns false after the large request has ended', () => {
    addImages('large', 20);
    addImages('small', 10);
    addImages('other', 10);
    for (let i = 0; i < 20; i++) inFlight.removeImage('large');
    expect(inFlight.isLatencySensitive('small')).toBe(false);
  });
});
