import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { animation, photograph, twoHalves } from '../../../../test/support/sample-images.js';
import type { CompressionOptions } from '../compression-options.js';
import { computeSsimulacra2 } from '../score/ssimulacra2.js';

async function readPixels(image: Buffer) {
  const { data, info } = await sharp(image)
    .autoOrient()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** Compresses an image and computes the exact score of the result against the scaled source. */
async function compressAndScore(input: Buffer, options: Partial<CompressionOptions>) {
  const result = await compress(input, options);
  const { width, height } = result;
  const source = sharp(input).autoOrient().resize(width, height, { fit: 'fill' });
  const reference = await readPixels(await source.png().toBuffer());
  return { ...result, exactScore: computeSsimulacra2(reference, await readPixels(result.output)) };
}

/** Creates a photo. Less blur makes it harder to compress. */
const createPhoto = async (blur: number, width = 300, height = 220) =>
  photograph(width, height).blur(blur);
const BLURS = [0.3, 1, 3];

describe('compressImage() with target_score', () => {
  it.each(
    (['jpeg', 'webp', 'avif'] as const).flatMap((format) =>
      [60, 75, 85].map((target) => [format, target] as const),
    ),
  )(
    'compressImage() with target_score returns %s output with a score of at least %i',
    async (format, target) => {
      for (const blur of BLURS) {
        const input = await (await createPhoto(blur)).png().toBuffer();
        const result = await compressAndScore(input, { format, target_score: target });
        expect(result.exactScore).toBeGreaterThanOrEqual(target - 1);
        expect(result.score).toBeGreaterThanOrEqual(target);
        expect(result.quality).toBeGreaterThanOrEqual(1);
        expect(result.quality).toBeLessThanOrEqual(100);
      }
    },
    60_000,
  );

  it('compressImage() with target_score returns fewer bytes for a lower target', async () => {
    const input = await (await createPhoto(0.5)).png().toBuffer();
    const [lowTargetResult, highTargetResult] = await Promise.all(
      [55, 85].map((target) => compress(input, { format: 'webp', target_score: target })),
    );
    expect(lowTargetResult.bytes).toBeLessThan(highTargetResult.bytes);
    expect(lowTargetResult.quality).toBeLessThan(highTargetResult.quality!);
  });

  it('compressImage() with target_score selects the quality for each image individually', async () => {
    const inputs = await Promise.all(
      BLURS.map(async (blur) => (await createPhoto(blur)).png().toBuffer()),
    );
    const results = await Promise.all(
      inputs.map((input) => compress(input, { format: 'jpeg', target_score: 70 })),
    );
    expect(new Set(results.map(({ quality }) => quality)).size).toBeGreaterThan(1);
  });

  it('compressImage() with target_score requantizes a JPEG of the same size', async () => {
    const input = await (await createPhoto(0.5)).jpeg({ quality: 98 }).toBuffer();
    const result = await compressAndScore(input, { target_score: 75 });
    expect(result.exactScore).toBeGreaterThanOrEqual(74);
    expect(result.bytes).toBeLessThan(input.length);
  });

  it('compressImage() with target_score keeps the source if no quality reaches the score', async () => {
    const input = await (await createPhoto(0.3)).jpeg({ quality: 20 }).toBuffer();
    const result = await compress(input, { target_score: 95 });
    expect(result.bytes).toBeLessThanOrEqual(input.length);
    expect(result.score).toBe(100);
  });

  it('compressImage() with target_score compares against the scaled, padded and upright source', async () => {
    const input = await (
      await createPhoto(0.5, 400, 300)
    )
      .jpeg({ quality: 95 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const scaledResult = await compressAndScore(input, {
      format: 'webp',
      max_width: 150,
      target_score: 75,
    });
    expect(scaledResult).toMatchObject({ width: 150, height: 200 });
    expect(scaledResult.exactScore).toBeGreaterThanOrEqual(74);
    const paddedResult = await compress(input, {
      format: 'webp',
      fit: 'pad',
      max_width: 200,
      max_height: 200,
      target_score: 75,
    });
    expect(paddedResult).toMatchObject({ width: 200, height: 200 });
    expect(paddedResult.score).toBeGreaterThanOrEqual(75);
  });

  it('compressImage() with target_score keeps all colors of a PNG if palette artifacts would be visible', async () => {
    const input = await (await createPhoto(1)).png().toBuffer();
    const paletteResult = await compress(input, { format: 'png', target_score: 40 });
    expect(paletteResult.quality).toBe(90);
    const fullColorResult = await compressAndScore(input, { format: 'png', target_score: 99 });
    expect(fullColorResult.exactScore).toBeGreaterThan(99);
  });

  it('compressImage() with target_score scores transparent and gray images', async () => {
    const cutOutPng = await (await twoHalves(200, 100, '#ff8000ff', '#00000000')).png().toBuffer();
    const result = await compress(cutOutPng, { format: 'webp', target_score: 80 });
    expect(result.score).toBeGreaterThanOrEqual(80);
    expect(result.metadata.hasAlpha).toBe(true);
    const grayPng = await (await createPhoto(1)).grayscale().toColourspace('b-w').png().toBuffer();
    const jpeg = await compress(grayPng, { format: 'jpeg', target_score: 80 });
    expect(jpeg.score).toBeGreaterThanOrEqual(80);
    expect(jpeg.metadata.channels).toBe(1);
  });

  it('compressImage() with target_score returns no score for animations and tiny images', async () => {
    const gif = await (await animation(60, ['#ff0000', '#0000ff'], 70)).toBuffer();
    const webp = await compress(gif, { format: 'webp', target_score: 80 });
    expect(webp.metadata.pages).toBe(2);
    expect(webp.score).toBeUndefined();
    const tinyPng = await photograph(5, 5).png().toBuffer();
    const jpeg = await compress(tinyPng, { format: 'jpeg', target_score: 80 });
    expect(jpeg.score).toBeUndefined();
    expect(jpeg.quality).toBeGreaterThan(60);
  });
});

describe('compressImage() with max_bytes', () => {
  it.each(['jpeg', 'webp', 'avif'] as const)(
    'compressImage() with max_bytes returns %s output nearly as large as max_bytes',
    async (format) => {
      const input = await (await createPhoto(0.5)).png().toBuffer();
      const largestResult = await compress(input, { format, quality: 95 });
      for (const share of [0.15, 0.4, 0.7]) {
        const maxBytes = Math.round(largestResult.bytes * share);
        const result = await compress(input, { format, quality: 95, max_bytes: maxBytes });
        expect(result.bytes).toBeLessThanOrEqual(maxBytes);
        expect(result.bytes).toBeGreaterThan(0.75 * maxBytes);
        expect(result.quality).toBeLessThan(95);
      }
    },
    60_000,
  );

  it('compressImage() with max_bytes uses the requested quality if the result fits', async () => {
    const input = await (await createPhoto(0.5)).png().toBuffer();
    const plainResult = await compress(input, { format: 'webp', quality: 80 });
    const result = await compress(input, {
      format: 'webp',
      quality: 80,
      max_bytes: plainResult.bytes,
    });
    expect(result.quality).toBe(80);
    expect(result.output.equals(plainResult.output)).toBe(true);
  });

  it.each(['jpeg', 'png', 'webp', 'avif', 'original'] as const)(
    'compressImage() with max_bytes rejects an unreachable size with format=%s',
    async (format) => {
      const input = await (await createPhoto(0.3)).png().toBuffer();
      await expect(compress(input, { format, max_bytes: 300 })).rejects.toMatchObject({
        code: 'max_bytes_not_reachable',
        output: 0,
        message: expect.stringContaining('max_bytes is 300'),
      });
    },
  );

  it('compressImage() with max_bytes takes precedence over target_score', async () => {
    const input = await (await createPhoto(0.5)).png().toBuffer();
    const unlimitedResult = await compress(input, { format: 'jpeg', target_score: 85 });
    const maxBytes = Math.round(unlimitedResult.bytes / 2);
    const result = await compress(input, { format: 'jpeg', target_score: 85, max_bytes: maxBytes });
    expect(result.bytes).toBeLessThanOrEqual(maxBytes);
    expect(result.score).toBeLessThan(85);
  });

  it('compressImage() with max_bytes keeps a source that fits', async () => {
    const input = await (await createPhoto(0.3)).jpeg({ quality: 20 }).toBuffer();
    const result = await compress(input, { quality: 95, max_bytes: input.length });
    expect(result.bytes).toBeLessThanOrEqual(input.length);
  });
});
