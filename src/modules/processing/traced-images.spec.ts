import { describe, expect, it } from 'vitest';
import { TracedImages } from './traced-images.js';

describe('TracedImages', () => {
  it('TracedImages traces a limited number of images per request', () => {
    const traced = new TracedImages(2);
    expect(['1', '2', '3'].map((id) => traced.addImage('a', id))).toEqual([true, true, false]);
    expect(traced.addImage('b', '4')).toBe(true);
  });

  it('TracedImages counts an image with several attempts only once', () => {
    const traced = new TracedImages(2);
    const attempts = ['1', '1', '1', '2', '3', '1', '3'].map((id) => traced.addImage('a', id));
    expect(attempts).toEqual([true, true, true, true, false, true, false]);
  });

  it('TracedImages evicts the least recently used request', () => {
    const traced = new TracedImages(1, 2);
    for (const id of ['a', 'b', 'a', 'c']) traced.addImage(id, '1');
    expect(traced.addImage('a', '2')).toBe(false);
    expect(traced.addImage('b', '2')).toBe(true);
  });
});
