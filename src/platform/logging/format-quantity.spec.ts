import { describe, expect, it } from 'vitest';
import { formatQuantity } from './format-quantity.js';

describe('formatQuantity()', () => {
  it.each([
    [0, '0 images'],
    [1, '1 image'],
    [1200, '1,200 images'],
  ])('formatQuantity() formats %i as "%s"', (count, expected) => {
    expect(formatQuantity(count, 'image')).toBe(expected);
  });
});
