import { describe, expect, it } from 'vitest';
import { photograph } from '../../../test/support/sample-images.js';
import { compress } from '../../../test/support/compress.js';
import type { ImageHeader } from './inspect/image-header.js';
import { estimateMemory } from './memory-estimate.js';

const MiB = 1024 * 1024;

const createHeader = (overrides: Partial<ImageHeader> = {}): ImageHeader => ({
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
  ...overrides,
});

const createPlan = (format: ImageHeader['format'], quality = 50, side = 7000) => ({
  format,
  quality,
  effort: 'balanced' as const,
  width: side,
  height: side,
  isResized: side < 7000,
});

/** Returns the estimate in MiB, without the size of the source file. */
const estimateMiB = (source: Partial<ImageHeader>, encodePlan: ReturnType<typeof createPlan>) =>
  estimateMemory(Buffer.alloc(0), createHeader(source), encodePlan) / MiB;

describe('estimateMemory()', () => {
  // Peaks from docs/adr/0029-decoder-memory-budget.md, in MiB.
  it.each([
    ['webp', 50, 456],
    ['avif', 50, 1016],
    ['avif', 100, 1666],
    ['tiff', 50, 450],
  ] as const)(
    'estimateMemory() returns nearly the measured peak for converting a 49-megapixel WebP to %s at quality %i',
    (format, quality, peak) => {
      const estimate = estimateMiB({}, createPlan(format, quality));
      expect(estimate).toBeGreaterThan(0.5 * peak);
      expect(estimate).toBeLessThan(1.5 * peak);
    },
  );

  it('estimateMemory() stays within the default budget for 49 megapixels in every format', () => {
    for (const format of ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const) {
      for (const quality of [50, 100]) {
        expect(estimateMiB({}, createPlan(format, quality))).toBeLessThan(2048);
      }
    }
  });

  it('estimateMemory() depends on the output size, interlacing, bit depth, rotation, conversion and number of frames', () => {
    const png = { format: 'png' as const };
    const plainEstimate = estimateMiB(png, createPlan('png'));
    expect(estimateMiB(png, createPlan('png', 50, 1000))).toBeLessThan(plainEstimate);
    expect(estimateMiB({ ...png, isProgressive: true }, createPlan('png'))).toBeGreaterThan(
      plainEstimate,
    );
    expect(estimateMiB({ ...png, bytesPerPixel: 8 }, createPlan('png'))).toBeGreaterThan(
      plainEstimate,
    );
    expect(estimateMiB({ ...png, isUpright: false }, createPlan('png'))).toBeGreaterThan(
      plainEstimate,
    );
    expect(estimateMiB({ ...png, convertToSrgb: () => {} }, createPlan('png'))).toBeGreaterThan(
      plainEstimate + 200,
    );
    const gif = { format: 'gif' as const, width: 700, height: 700 };
    const baseEstimate = estimateMiB(gif, createPlan('gif', 50, 700));
    expect(estimateMiB({ ...gif, frames: 100 }, createPlan('gif', 50, 700))).toBeGreaterThan(
      baseEstimate + 500,
    );
  });

  it('estimateMemory() includes shared pixels and the scaled content of a geometry', () => {
    const plainPlan = createPlan('png', 50, 1000);
    const content = { width: 4000, height: 1000 };
    const geometry = { content, crop: { width: 1000, height: 1000 }, hasAlpha: false };
    const baseEstimate = estimateMiB({}, plainPlan);
    expect(estimateMiB({}, { ...plainPlan, geometry } as typeof plainPlan)).toBeGreaterThan(
      baseEstimate + 15,
    );
    const sharedEstimate =
      estimateMemory(Buffer.alloc(0), createHeader(), plainPlan, 100 * MiB) / MiB;
    expect(sharedEstimate).toBeCloseTo(baseEstimate + 100, 5);
  });

  it('estimateMemory() includes the pixels and planes of a quality search', () => {
    const fixedQualityPlan = createPlan('webp', 50, 1000);
    const sizeSearchEstimate = estimateMiB({}, {
      ...fixedQualityPlan,
      maxBytes: 50_000,
    } as typeof fixedQualityPlan);
    const scoreSearchEstimate = estimateMiB({}, {
      ...fixedQualityPlan,
      targetScore: 70,
    } as typeof fixedQualityPlan);
    const scoreSearchPlan = { ...fixedQualityPlan, targetScore: 70 } as typeof fixedQualityPlan;
    expect(sizeSearchEstimate).toBeGreaterThan(estimateMiB({}, fixedQualityPlan) + 2);
    expect(scoreSearchEstimate).toBeGreaterThan(sizeSearchEstimate + 40);
    expect(estimateMiB({ hasAlpha: true }, scoreSearchPlan)).toBeGreaterThan(
      scoreSearchEstimate + 20,
    );
  });

  it('estimateMemory() includes coefficients only for a progressive JPEG', async () => {
    const [baseline, progressive] = await Promise.all(
      [false, true].map((isProgressive) =>
        photograph(64, 64).jpeg({ progressive: isProgressive }).toBuffer(),
      ),
    );
    const jpeg = createHeader({ format: 'jpeg' });
    const coefficientBytes =
      estimateMemory(progressive, jpeg, createPlan('jpeg')) -
      estimateMemory(baseline, jpeg, createPlan('jpeg'));
    // 4:2:0 has 1.5 samples per pixel, with 2 bytes each.
    expect(Math.round(coefficientBytes / 49e6)).toBe(3);
  });
});

describe('compressImage() with a memory budget', () => {
  it('compressImage() rejects a conversion that exceeds the memory budget and reports the required memory', async () => {
    const png = await photograph(600, 400).png().toBuffer();
    const webp = compress(png, { format: 'webp' }, { maxMemoryBytes: 50 * MiB });
    await expect(webp).rejects.toMatchObject({
      code: 'image_needs_too_much_memory',
      retry: 'never',
      message: expect.stringMatching(/needs about 9\d MiB of memory; at most 50 MiB/),
    });
  });

  it('compressImage() strips an image that exceeds the memory budget without decoding it if no conversion is requested', async () => {
    const exif = { IFD0: { Artist: 'secretperson' } };
    const png = await photograph(600, 400).png().withExif(exif).toBuffer();
    const { output } = await compress(png, {}, { maxMemoryBytes: 50 * MiB });
    expect(output.equals(await photograph(600, 400).png().toBuffer())).toBe(true);
  });
});
