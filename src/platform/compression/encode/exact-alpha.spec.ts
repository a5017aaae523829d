import { describe, expect, it } from 'vitest';
import { restoreExactAlpha } from './exact-alpha.js';
import type { RawImage } from './local-error.js';

/** Creates a single-color row of pixels. */
const createRow = (width: number, color: number[]): RawImage => ({
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

describe('restoreExactAlpha()', () => {
  it('restoreExactAlpha() returns the palette image if no opaque pixel changed', () => {
    const decoded = createRow(9, [10, 20, 40, 255]);
    expect(restoreExactAlpha(createRow(9, [10, 20, 30, 255]), decoded)).toBe(decoded);
  });

  it('restoreExactAlpha() replaces changed pixels with the nearest palette color of the same opacity', () => {
    const source = createRow(9, [10, 20, 30, 255]);
    const decoded = joinImages(createRow(8, [10, 20, 30, 250]), createRow(1, [10, 20, 40, 255]));
    expect(restoreExactAlpha(source, decoded)?.data).toEqual(createRow(9, [10, 20, 40, 255]).data);
  });

  it('restoreExactAlpha() does not correct an image with more than a million changed pixels', () => {
    const source = createRow(1_000_001, [10, 20, 30, 255]);
    expect(restoreExactAlpha(source, createRow(1_000_001, [10, 20, 30, 250]))).toBeUndefined();
  });
});
