import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { photograph } from '../../../test/support/sample-images.js';
import { computeDifferenceHash } from './difference-hash.js';
import { inspectImage } from './inspect/inspect-image.js';
import { identifyImage } from './inspect/image-type.js';

const LIMITS = { maxPixels: 50_000_000, maxFrames: 100 };
/** Maximum number of different bits between versions of the same image. */
const MAX_SAME_DISTANCE = 6;
/** Minimum number of different bits between different images. */
const MIN_DIFFERENT_DISTANCE = 12;

async function computeHash(image: Sharp): Promise<bigint> {
  const bytes = await image.toBuffer();
  const header = await inspectImage(bytes, identifyImage(bytes), LIMITS);
  return BigInt(`0x${await computeDifferenceHash({ bytes, header, maxPixels: LIMITS.maxPixels })}`);
}

const countDifferentBits = (a: bigint, b: bigint): number =>
  (a ^ b).toString(2).replaceAll('0', '').length;

/** Draws colored ellipses on a white or transparent background, different for each seed. */
function drawProduct(seed: number, width = 800, height = 600, channels: 3 | 4 = 3): Sharp {
  let state = seed * 7919 + 17;
  const nextRandom = (max: number) => {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    return (state >> 8) % max;
  };
  const pixels = Buffer.alloc(width * height * channels, channels === 3 ? 255 : 0);
  for (let shape = 0; shape < 9; shape++) {
    const [x, y] = [(80 + nextRandom(640)) / 800, (60 + nextRandom(480)) / 600];
    const [radiusX, radiusY] = [(30 + nextRandom(150)) / 800, (30 + nextRandom(120)) / 600];
    const color = [nextRandom(230), nextRandom(230), nextRandom(230), 255].slice(0, channels);
    const lastRow = Math.min(height - 1, Math.ceil((y + radiusY) * height));
    for (let row = Math.max(0, Math.floor((y - radiusY) * height)); row <= lastRow; row++) {
      const halfWidth = radiusX * Math.sqrt(Math.max(0, 1 - ((row / height - y) / radiusY) ** 2));
      const firstColumn = Math.max(0, Math.ceil((x - halfWidth) * width));
      const endColumn = Math.min(width, Math.floor((x + halfWidth) * width) + 1);
      for (let column = firstColumn; column < endColumn; column++) {
        pixels.set(color, (row * width + column) * channels);
      }
    }
  }
  return sharp(pixels, { raw: { width, height, channels } });
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe('computeDifferenceHash()', () => {
  it.each(SEEDS)(
    'computeDifferenceHash() returns similar hashes for different sizes, formats and qualities of image %i',
    async (seed) => {
      const hash = await computeHash(drawProduct(seed).png());
      const versions = [
        drawProduct(seed).jpeg({ quality: 30 }),
        drawProduct(seed).webp({ quality: 40 }),
        drawProduct(seed, 400, 300).jpeg({ quality: 80 }),
        drawProduct(seed, 1603, 1201).jpeg({ quality: 60 }),
        drawProduct(seed, 120, 90).png(),
        drawProduct(seed).gif(),
      ];
      for (const version of versions) {
        expect(countDifferentBits(hash, await computeHash(version))).toBeLessThanOrEqual(
          MAX_SAME_DISTANCE,
        );
      }
    },
  );

  it('computeDifferenceHash() returns hashes that differ in many bits for different images', async () => {
    const hashes = await Promise.all([
      ...SEEDS.map((seed) => computeHash(drawProduct(seed).png())),
      computeHash(photograph(300, 200).png()),
    ]);
    for (const [index, hash] of hashes.entries()) {
      for (const other of hashes.slice(index + 1)) {
        expect(countDifferentBits(hash, other)).toBeGreaterThanOrEqual(MIN_DIFFERENT_DISTANCE);
      }
    }
  });

  it.each([3, 6, 8])(
    'computeDifferenceHash() hashes an image with EXIF orientation %i upright',
    async (orientation) => {
      const uprightImage = drawProduct(4);
      const landscape = uprightImage.jpeg({ quality: 90 }).withMetadata({ orientation });
      const rotatedImage = sharp(await landscape.toBuffer())
        .autoOrient()
        .png();
      expect(
        countDifferentBits(await computeHash(landscape), await computeHash(rotatedImage)),
      ).toBeLessThanOrEqual(2);
    },
  );

  it('computeDifferenceHash() hashes a transparent image on a white background', async () => {
    const white = await computeHash(drawProduct(5).png());
    expect(await computeHash(drawProduct(5, 800, 600, 4).png())).toBe(white);
    expect(white).not.toBe(0n);
  });

  it('computeDifferenceHash() returns null for an unreadable image', async () => {
    const bytes = await photograph(300, 200).png().toBuffer();
    const header = await inspectImage(bytes, 'png', LIMITS);
    expect(
      await computeDifferenceHash({
        bytes: bytes.subarray(0, 3000),
        header,
        maxPixels: LIMITS.maxPixels,
      }),
    ).toBeNull();
  });
});
