import { describe, expect, it } from 'vitest';
import type { RawImage } from '../encode/local-error.js';
import { computeSsimulacra2 } from './ssimulacra2.js';

const SIDE = 64;

/** Creates an image from a function that returns each pixel. */
function createImage(
  getPixel: (x: number, y: number) => number[],
  width = SIDE,
  height = width,
): RawImage {
  const pixels = Array.from({ length: width * height }, (_, i) =>
    getPixel(i % width, Math.floor(i / width)),
  );
  return { data: Buffer.from(pixels.flat()), width, height, channels: pixels[0].length };
}

const toGrayPixel = (value: number) => [value, value, value];
const createUniformImage = (value: number) => createImage(() => toGrayPixel(value));
const horizontalGradient = createImage((x) => toGrayPixel(Math.floor((x * 255) / (SIDE - 1))));
const verticalEdge = createImage((x) => toGrayPixel(x < SIDE / 2 ? 0 : 255));

/** Creates noise with the linear congruential generator of the published test cases. */
function createNoise(seed: bigint): RawImage {
  let state = seed;
  const nextRandom = () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number((state >> 33n) & 0xffn);
  };
  return createImage(() => [nextRandom(), nextRandom(), nextRandom()]);
}

function getValue({ data, width, height }: RawImage, x: number, y: number, c: number): number {
  const [column, row] = [Math.min(Math.max(x, 0), width - 1), Math.min(Math.max(y, 0), height - 1)];
  return data[(row * width + column) * 3 + c];
}

/** Replaces each pixel with the mean of 8 x 8 pixels around it. */
const blurImage = (source: RawImage) =>
  createImage((x, y) =>
    [0, 1, 2].map((c) => {
      let sum = 0;
      for (let i = 0; i < 64; i++) sum += getValue(source, x - 4 + (i % 8), y - 4 + (i >> 3), c);
      return Math.floor(sum / 64);
    }),
  );

const sharpenImage = (source: RawImage) =>
  createImage((x, y) =>
    [0, 1, 2].map((c) => {
      const getNeighbor = (dx: number, dy: number) => getValue(source, x + dx, y + dy, c);
      return Math.min(
        255,
        Math.max(
          0,
          5 * getNeighbor(0, 0) -
            getNeighbor(0, -1) -
            getNeighbor(0, 1) -
            getNeighbor(-1, 0) -
            getNeighbor(1, 0),
        ),
      );
    }),
  );

/** An image with soft colors, one edge and odd dimensions. */
const coloredImage = createImage(
  (x, y) => [
    Math.round(128 + 100 * Math.sin(x / 9) * Math.cos(y / 13)),
    Math.round(128 + 90 * Math.cos((x + y) / 17)),
    x > 60 ? 220 : Math.round(90 + 60 * Math.sin(y / 5)),
  ],
  131,
  97,
);
const posterizedImage = createImage(
  (x, y) => [0, 1, 2].map((c) => getValue(coloredImage, x, y, c) & 0xe0),
  131,
  97,
);
const shiftedImage = createImage(
  (x, y) => [0, 1, 2].map((c) => getValue(coloredImage, x + 1, y, c)),
  131,
  97,
);

describe('computeSsimulacra2()', () => {
  it('computeSsimulacra2() returns 100 for two identical images', () => {
    expect(computeSsimulacra2(coloredImage, coloredImage)).toBeCloseTo(100, 5);
  });

  // Scores of the C++ reference for the images from the Rust port by imazen.
  it.each([
    ['a gradient without its steps', horizontalGradient, createUniformImage(128), -64.5687],
    ['noise without its contrast', createNoise(42n), createUniformImage(128), -47.3357],
    ['sharpened noise', createNoise(999n), sharpenImage(createNoise(999n)), -5.8102],
    ['a blurred edge', verticalEdge, blurImage(verticalEdge), 24.2733],
    ['a gray that is 5 levels brighter', createUniformImage(128), createUniformImage(133), 91.5236],
    [
      'a gray that is 20 levels brighter',
      createUniformImage(128),
      createUniformImage(148),
      56.0586,
    ],
    [
      'a gray that is 50 levels brighter',
      createUniformImage(128),
      createUniformImage(178),
      -8.7594,
    ],
  ])(
    'computeSsimulacra2() agrees with the published score of %s',
    (_, source, distorted, score) => {
      expect(Math.abs(computeSsimulacra2(source, distorted) - score)).toBeLessThan(0.12);
    },
  );

  // Scores of the C++ reference, version 2.1 at commit 81feacf, for the images that are drawn here.
  it.each([
    [0xf8, 90.1682],
    [0xf0, 84.4944],
    [0xe0, 72.1686],
  ])(
    'computeSsimulacra2() reproduces the rounding errors of the C++ reference on a white background with tone mask %i',
    (mask, score) => {
      const drawProduct = (tones: number) =>
        createImage(
          (x, y) =>
            Math.hypot((x - 120) / 90, (y - 150) / 110) > 1
              ? toGrayPixel(255)
              : [0, 1, 2].map((c) => {
                  const fine = 60 * Math.sin(x / (3 + c)) * Math.cos(y / (5 - c));
                  return Math.round(130 + fine + 30 * Math.sin((x + y) / 31)) & tones;
                }),
          640,
          480,
        );
      expect(
        Math.abs(computeSsimulacra2(drawProduct(0xff), drawProduct(mask)) - score),
      ).toBeLessThan(0.25);
    },
  );

  // Rounding errors have the largest effect on nearly identical images.
  it('computeSsimulacra2() returns a score at most 0.3 above the published score for a blurred gradient', () => {
    const score = computeSsimulacra2(horizontalGradient, blurImage(horizontalGradient));
    expect(score - 94.3409).toBeGreaterThanOrEqual(0);
    expect(score - 94.3409).toBeLessThan(0.3);
  });

  it.each([
    ['fewer tones', posterizedImage, 38.1639],
    ['a one-pixel shift', shiftedImage, 36.9975],
  ])(
    'computeSsimulacra2() agrees with the C++ reference for a color image with %s',
    (_, distorted, score) => {
      expect(Math.abs(computeSsimulacra2(coloredImage, distorted) - score)).toBeLessThan(0.1);
    },
  );

  it('computeSsimulacra2() agrees with the C++ reference for a cut-out on a dark and a bright background', () => {
    const createCutOut = (source: RawImage) =>
      createImage(
        (x, y) => {
          const opacity = Math.round(6 * (45 - Math.hypot(x - 65, y - 48)));
          const pixel = [0, 1, 2].map((c) => getValue(source, x, y, c));
          return [...pixel, Math.min(255, Math.max(0, opacity))];
        },
        131,
        97,
      );
    expect(
      Math.abs(
        computeSsimulacra2(createCutOut(coloredImage), createCutOut(posterizedImage)) - 53.0271,
      ),
    ).toBeLessThan(0.1);
  });

  it('computeSsimulacra2() returns 100 for a gray image and the same image in RGB', () => {
    const grayImage = createImage((x) => [x * 2]);
    expect(
      computeSsimulacra2(
        grayImage,
        createImage((x) => toGrayPixel(x * 2)),
      ),
    ).toBeCloseTo(100, 5);
  });

  it('computeSsimulacra2() throws a RangeError for images of different sizes and for images that are too small', () => {
    expect(() => computeSsimulacra2(coloredImage, verticalEdge)).toThrow(RangeError);
    const strip = createImage(() => toGrayPixel(1), 100, 7);
    expect(() => computeSsimulacra2(strip, strip)).toThrow(RangeError);
  });
});
