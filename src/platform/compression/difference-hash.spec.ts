import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { photograph } from '../../../test/support/sample-images.js';
import { computeDifferenceHash } from './difference-hash.js';
import { inspectImage } from './inspect/inspect-image.js';
import { identifyImage } from './inspect/image-type.js';

const LIMITS = { maxPixels: 50_000_000, maxFrames: 100 };
/** Maximum number of different bits of the same image. */
const NEAR = 6;
/** Minimum number of different bits of different images. */
const FAR = 12;

async function hashOf(image: Sharp): Promise<bigint> {
  const bytes = await image.toBuffer();
  const header = await inspectImage(bytes, identifyImage(bytes), LIMITS);
  return BigInt(`0x${await computeDifferenceHash({ bytes, header, maxPixels: LIMITS.maxPixels })}`);
}

const distance = (a: bigint, b: bigint): number => (a ^ b).toString(2).replaceAll('0', '').length;

/** Colored ellipses on a white or transparent background, different for each seed. */
function product(seed: number, width = 800, height = 600, channels: 3 | 4 = 3): Sharp {
  let state = seed * 7919 + 17;
  const next = (max: number) => {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    return (state >> 8) % max;
  };
  const pixels = Buffer.alloc(width * height * channels, channels === 3 ? 255 : 0);
  for (let shape = 0; shape < 9; shape++) {
    const [x, y] = [(80 + next(640)) / 800, (60 + next(480)) / 600];
    const [across, down] = [(30 + next(150)) / 800, (30 + next(120)) / 600];
    const color = [next(230), next(230), next(230), 255].slice(0, channels);
    const lastRow = Math.min(height - 1, Math.ceil((y + down) * height));
    for (let row = Math.max(0, Math.floor((y - down) * height)); row <= lastRow; row++) {
      const half = across * Math.sqrt(Math.max(0, 1 - ((row / height - y) / down) ** 2));
      const first = Math.max(0, Math.ceil((x - half) * width));
      const end = Math.min(width, Math.floor((x + half) * width) + 1);
      for (let column = first; column < end; column++) {
        pixels.set(color, (row * width + column) * channels);
      }
    }
  }
  return sharp(pixels, { raw: { width, height, channels } });
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe('differenceHash()', () => {
  it.each(SEEDS)(
    'differenceHash() differs in few bits between sizes, formats and qualities of one image: %i',
    async (seed) => {
      const hash = await hashOf(product(seed).png());
      const versions = [
        product(seed).jpeg({ quality: 30 }),
        product(seed).webp({ quality: 40 }),
        product(seed, 400, 300).jpeg({ quality: 80 }),
        product(seed, 1603, 1201).jpeg({ quality: 60 }),
        product(seed, 120, 90).png(),
        product(seed).gif(),
      ];
      for (const version of versions) {
        expect(distance(hash, await hashOf(version))).toBeLessThanOrEqual(NEAR);
      }
    },
  );

  it('differenceHash() differs in many bits between different images', async () => {
    const hashes = await Promise.all([
      ...SEEDS.map((seed) => hashOf(product(seed).png())),
      hashOf(photograph(300, 200).png()),
    ]);
    for (const [index, hash] of hashes.entries()) {
      for (const other of hashes.slice(index + 1)) {
        expect(distance(hash, other)).toBeGreaterThanOrEqual(FAR);
      }
    }
  });

  it.each([3, 6, 8])(
    'differenceHash() hashes the upright image: orientation %i',
    async (orientation) => {
      const upright = product(4);
      const landscape = upright.jpeg({ quality: 90 }).withMetadata({ orientation });
      const turned = sharp(await landscape.toBuffer())
        .autoOrient()
        .png();
      expect(distance(await hashOf(landscape), await hashOf(turned))).toBeLessThanOrEqual(2);
    },
  );

  it('differenceHash() hashes a transparent image on a white background', async () => {
    const white = await hashOf(product(5).png());
    expect(await hashOf(product(5, 800, 600, 4).png())).toBe(white);
    expect(white).not.toBe(0n);
  });

  it('differenceHash() returns null for an unreadable image', async () => {
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
