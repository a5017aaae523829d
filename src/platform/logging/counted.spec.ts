import { describe, expect, it } from 'vitest';
import { counted } from './counted.js';

describe('counted()', () => {
  it.each([
    [0, '0 images'],
    [1, '1 image'],
    [1200, '1,200 images'],
  ])('counted() formats %i with the correct noun form', (count, text) => {
    expect(counted(count, 'image')).toBe(text);
  });
});
