import { describe, expect, it } from 'vitest';
import { photograph } from '../../../test/support/sample-images.js';
import { compress } from '../../../test/support/compress.js';
import type { ImageHeader } from './inspect/image-header.js';
import { estimateMemory } from './memory-estimate.js';

const MiB = 1024 * 1024;

const header = (more: Partial<ImageHeader> = {}): ImageHeader => ({
  format: 'webp',
  width: 7000,
  height: 7000,
  frames: 1,
  hasAlpha: false,
  bytesPerPixel: 3,
  isProgressive: false,
  hasPalette: false,
  isGray: false,
  hasUnreadFrames: false,
  isBilevel: false,
  isDeepWithProfile: false,
  isDeepGrayWithProfile: false,
  hasFullChroma: false,
  isUpright: true,
  orientation: 1,
  isSrgb: true,
  isHighDynamicRange: false,
  ...more,
});

const plan = (format: ImageHeader['format'], quality = 50, side = 7000) => ({
  format,
  quality,
  effort: 'balanced' as const,
  width: side,
  height: side,
  resized: side < 7000,
});

/** In MiB, of a source without bytes. */
const estimate = (source: Partial<ImageHeader>, to: ReturnType<typeof plan>) =>
  estimateMemory(Buffer.alloc(0), header(source), to) / MiB;

describe('estimateMemory()', () => {
  // Peaks of docs/adr/0029-decoder-memory-budget.md, in MiB.
  it.each([
    ['webp', 50, 456],
    ['avif', 50, 1016],
    ['avif', 100, 1666],
    ['tiff', 50, 450],
  ] as const)(
    'estimateMemory() is close to the measured peak for a 49-megapixel WebP as %s at quality %i',
    (to, quality, peak) => {
      const estimated = estimate({}, plan(to, quality));
      expect(estimated).toBeGreaterThan(0.5 * peak);
      expect(estimated).toBeLessThan(1.5 * peak);
    },
  );

  it('estimateMemory() stays within the default budget for 49 megapixels in every format', () => {
    for (const to of ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const) {
      for (const quality of [50, 100]) {
        expect(estimate({}, plan(to, quality))).toBeLessThan(2048);
      }
    }
  });

  it('estimateMemory() includes target size, interlacing, bit depth, rotation, conversion and frames', () => {
    const png = { format: 'png' as const };
    const plain = estimate(png, plan('png'));
    expect(estimate(png, plan('png', 50, 1000))).toBeLessThan(plain);
    expect(estimate({ ...png, isProgressive: true }, plan('png'))).toBeGreaterThan(plain);
    expect(estimate({ ...png, bytesPerPixel: 8 }, plan('png'))).toBeGreaterThan(plain);
    expect(estimate({ ...png, isUpright: false }, plan('png'))).toBeGreaterThan(plain);
    expect(estimate({ ...png, toSrgb: () => {} }, plan('png'))).toBeGreaterThan(plain + 200);
    const gif = { format: 'gif' as const, width: 700, height: 700 };
    const one = estimate(gif, plan('gif', 50, 700));
    expect(estimate({ ...gif, frames: 100 }, plan('gif', 50, 700))).toBeGreaterThan(one + 500);
  });

  it('estimateMemory() includes shared pixels and the scaled content of a geometry', () => {
    const plain = plan('png', 50, 1000);
    const content = { width: 4000, height: 1000 };
    const geometry = { content, crop: { width: 1000, height: 1000 }, hasAlpha: false };
    const one = estimate({}, plain);
    expect(estimate({}, { ...plain, geometry } as typeof plain)).toBeGreaterThan(one + 15);
    const shared = estimateMemory(Buffer.alloc(0), header(), plain, 100 * MiB) / MiB;
    expect(shared).toBeCloseTo(one + 100, 5);
  });

  it('estimateMemory() includes the pixels and planes of a quality search', () => {
    const fixed = plan('webp', 50, 1000);
    const bySize = estimate({}, { ...fixed, maxBytes: 50_000 } as typeof fixed);
    const byScore = estimate({}, { ...fixed, targetScore: 70 } as typeof fixed);
    const transparent = { ...fixed, targetScore: 70 } as typeof fixed;
    expect(bySize).toBeGreaterThan(estimate({}, fixed) + 2);
    expect(byScore).toBeGreaterThan(bySize + 40);
    expect(estimate({ hasAlpha: true }, transparent)).toBeGreaterThan(byScore + 20);
  });

  it('estimateMemory() includes coefficients only for a progressive JPEG', async () => {
    const [baseline, progressive] = await Promise.all(
      [false, true].map((isProgressive) =>
        photograph(64, 64).jpeg({ progressive: isProgressive }).toBuffer(),
      ),
    );
    const jpeg = header({ format: 'jpeg' });
    const more =
      estimateMemory(progressive, jpeg, plan('jpeg')) -
      estimateMemory(baseline, jpeg, plan('jpeg'));
    // 4:2:0 has 1.5 samples for each pixel, of 2 bytes each.
    expect(Math.round(more / 49e6)).toBe(3);
  });
});

describe('compressImage() with a memory budget', () => {
  it('compressImage() with a memory budget rejects a conversion that needs more memory and reports the amount', async () => {
    const png = await photograph(600, 400).png().toBuffer();
    const webp = compress(png, { format: 'webp' }, { maxMemoryBytes: 50 * MiB });
    await expect(webp).rejects.toMatchObject({
      code: 'image_needs_too_much_memory',
      retry: 'never',
      message: expect.stringMatching(/needs about 9\d MiB of memory; at most 50 MiB/),
    });
  });

  it('compressImage() with a memory budget keeps a larger image without its metadata when no conversion is requested', async () => {
    const exif = { IFD0: { Artist: 'secretperson' } };
    const png = await photograph(600, 400).png().withExif(exif).toBuffer();
    const { output } = await compress(png, {}, { maxMemoryBytes: 50 * MiB });
    expect(output.equals(await photograph(600, 400).png().toBuffer())).toBe(true);
  });
});
