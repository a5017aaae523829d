import { describe, expect, it } from 'vitest';
import { TracedImages } from './traced-images.js';

describe('TracedImages', () => {
  it('TracedImages traces a limited number of images of each request', () => {
    const traced = new TracedImages(2);
    expect([1, 2, 3].map(() => traced.countImage('a'))).toEqual([true, true, false]);
    expect(traced.countImage('b')).toBe(true);
  });

  it('TracedImages forgets the request whose images are the longest ago', () => {
    const traced = new TracedImages(1, 2);
    for (const id of ['a', 'b', 'a', 'c']) traced.countImage(id);
    expect(traced.countImage('a')).toBe(false);
    expect(traced.countImage('b')).toBe(true);
  });
});
