import { describe, expect, it } from 'vitest';
import { restoreExactAlpha } from './exact-alpha.js';
import type { RawImage } from './local-error.js';

/** A row of pixels of this color. */
const row = (width: number, color: number[]): RawImage => ({
  data: Buffer.alloc(width * 4, Buffer.from(color)),
  width,
  height: 1,
  channels: 4,
});

const joinImages = (left: RawImage, right: RawImage): RawImage => ({
  ...left,
  data: Buffer.concat([left.data, right.data]),
  width: left.width + right.width,
});

describe('withExactAlpha()', () => {
  it('withExactAlpha() returns the palette image if no opaque pixel changed', () => {
    const shown = row(9, [10, 20, 40, 255]);
    expect(restoreExactAlpha(row(9, [10, 20, 30, 255]), shown)).toBe(shown);
  });

  it('withExactAlpha() replaces changed pixels with the nearest palette color of the same opacity', () => {
    const source = row(9, [10, 20, 30, 255]);
    const shown = joinImages(row(8, [10, 20, 30, 250]), row(1, [10, 20, 40, 255]));
    expect(restoreExactAlpha(source, shown)?.data).toEqual(row(9, [10, 20, 40, 255]).data);
  });

  it('withExactAlpha() does not correct an image with more than a million changed pixels', () => {
    const source = row(1_000_001, [10, 20, 30, 255]);
    expect(restoreExactAlpha(source, row(1_000_001, [10, 20, 30, 250]))).toBeUndefined();
  });
});
