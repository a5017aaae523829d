import { describe, expect, it } from 'vitest';
import { TracedImages } from './traced-images.js';

describe('TracedImages', () => {
  it('TracedImages traces a limited number of images per request', () => {
    const tracedImages = new TracedImages(2);
    expect(['1', '2', '3'].map((id) => tracedImages.addImage('a', id))).toEqual([
      true,
      true,
      false,
    ]);
    expect(tracedImages.addImage('b', '4')).toBe(true);
  });

  it('TracedImages counts an image only once, even with several attempts', () => {
    const tracedImages = new TracedImages(2);
    const attempts = ['1', '1', '1', '2', '3', '1', '3'].map((id) =>
      tracedImages.addImage('a', id),
    );
    expect(attempts).toEqual([true, true, true, true, false, true, false]);
  });

  it('TracedImages evicts the least recently used request', () => {
    const tracedImages = new TracedImages(1, 2);
    for (const id of ['a', 'b', 'a', 'c']) tracedImages.addImage(id, '1');
    expect(tracedImages.addImage('a', '2')).toBe(false);
    expect(tracedImages.addImage('b', '2')).toBe(true);
  });
});
