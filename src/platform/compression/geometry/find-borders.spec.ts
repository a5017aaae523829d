import { describe, expect, it } from 'vitest';
import { findBorders } from './find-borders.js';

type Pixel = readonly number[];

/** Draws a rectangle on a background of a different color. */
function drawRectangle(
  { width, height }: { width: number; height: number },
  box: { left: number; top: number; width: number; height: number },
  [backgroundPixel, rectanglePixel]: readonly [Pixel, Pixel],
) {
  const data = Buffer.from(
    Array.from({ length: width * height }, (_, index) => {
      const [x, y] = [(index % width) - box.left, Math.floor(index / width) - box.top];
      const isInside = x >= 0 && y >= 0 && x < box.width && y < box.height;
      return isInside ? rectanglePixel : backgroundPixel;
    }).flat(),
  );
  return { data, width, height, channels: backgroundPixel.length };
}

const WHITE_AND_RED = [
  [255, 255, 255],
  [200, 0, 0],
] as const;
const SIZE = { width: 23, height: 17 };

describe('findBorders()', () => {
  it('findBorders() finds every rectangle exactly', () => {
    for (let left = 0; left < SIZE.width; left += 3) {
      for (let top = 0; top < SIZE.height; top += 2) {
        if (left === 0 && top === 0) continue;
        for (const [width, height] of [
          [1, 1],
          [SIZE.width - left, 1],
          [1, SIZE.height - top],
          [SIZE.width - left, SIZE.height - top],
        ]) {
          const box = { left, top, width, height };
          expect(findBorders(drawRectangle(SIZE, box, WHITE_AND_RED))).toEqual(box);
        }
      }
    }
  });

  it('findBorders() tolerates noise in the border', () => {
    const box = { left: 5, top: 4, width: 9, height: 8 };
    const image = drawRectangle(SIZE, box, WHITE_AND_RED);
    for (let offset = 0; offset < image.data.length; offset += 7) {
      image.data[offset] = Math.max(0, image.data[offset] - 10);
    }
    expect(findBorders(image)).toEqual(box);
  });

  it('findBorders() returns undefined for a single-color image, and for an image without borders', () => {
    const emptyBox = { left: 0, top: 0, width: 0, height: 0 };
    expect(findBorders(drawRectangle(SIZE, emptyBox, WHITE_AND_RED))).toBeUndefined();
    const almostFullBox = { left: 1, top: 0, width: SIZE.width - 1, height: SIZE.height };
    const image = drawRectangle(SIZE, almostFullBox, WHITE_AND_RED);
    image.data.fill(90, 3 * SIZE.width * 4, 3 * SIZE.width * 4 + 3);
    expect(findBorders(image)).toBeUndefined();
  });

  it('findBorders() ignores the colors of transparent pixels', () => {
    const box = { left: 2, top: 3, width: 6, height: 5 };
    const image = drawRectangle(SIZE, box, [
      [9, 9, 9, 0],
      [9, 9, 9, 255],
    ]);
    image.data[4 * SIZE.width] = 200;
    expect(findBorders(image)).toEqual(box);
  });

  it('findBorders() finds the borders of a gray image', () => {
    const box = { left: 2, top: 3, width: 6, height: 5 };
    expect(findBorders(drawRectangle(SIZE, box, [[250], [20]]))).toEqual(box);
  });

  it('findBorders() keeps the content of every frame inside the borders', () => {
    const firstFrame = drawRectangle(SIZE, { left: 2, top: 3, width: 4, height: 4 }, WHITE_AND_RED);
    const secondFrame = drawRectangle(
      SIZE,
      { left: 9, top: 5, width: 4, height: 7 },
      WHITE_AND_RED,
    );
    const frames = {
      ...firstFrame,
      data: Buffer.concat([firstFrame.data, secondFrame.data]),
      height: 2 * SIZE.height,
    };
    expect(findBorders(frames, SIZE.height)).toEqual({ left: 2, top: 3, width: 11, height: 9 });
  });
});
