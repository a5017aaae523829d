import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import {
  closeTo,
  photograph,
  readPixel,
  redSquareOn,
  twoHalves,
} from '../../../../test/support/sample-images.js';

describe('compressImage() with fit=pad', () => {
  const pad = { fit: 'pad', max_width: 100, max_height: 100 } as const;

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'compressImage() with fit=pad adds white margins to an opaque image with format=%s',
    async (format) => {
      const input = await (
        await twoHalves(80, 40, '#ff0000', '#0000ff')
      )
        .removeAlpha()
        .png()
        .toBuffer();
      const { output } = await compress(input, { ...pad, format, quality: 90 });
      expect(await readPixel(output, 50, 5)).toEqual(closeTo([255, 255, 255, 255], 6));
      expect(await readPixel(output, 15, 50)).toEqual(closeTo([255, 0, 0, 255], 30));
      expect(await readPixel(output, 85, 50)).toEqual(closeTo([0, 0, 255, 255], 30));
      expect(await readPixel(output, 5, 50)).toEqual(closeTo([255, 255, 255, 255], 6));
    },
  );

  it('compressImage() with fit=pad keeps transparency if the format supports it', async () => {
    const input = await redSquareOn('#00000000');
    const { output } = await compress(input, { ...pad, format: 'webp' });
    expect((await readPixel(output, 2, 2))[3]).toBe(0);
    expect((await readPixel(output, 30, 50))[3]).toBe(0);
    const { output: jpeg } = await compress(input, { ...pad, format: 'jpeg' });
    expect(await readPixel(jpeg, 2, 2)).toEqual(closeTo([255, 255, 255, 255], 4));
    expect(await readPixel(jpeg, 30, 50)).toEqual(closeTo([255, 255, 255, 255], 20));
  });

  it.each(['png', 'jpeg', 'webp'] as const)(
    'compressImage() with fit=pad uses the background color for margins and transparent pixels with format=%s',
    async (format) => {
      const options = { ...pad, format, background: '#20a040', quality: 95 };
      const { output, metadata } = await compress(await redSquareOn('#00000000'), options);
      expect(metadata.hasAlpha).toBe(false);
      for (const [x, y] of [
        [2, 2],
        [30, 50],
      ]) {
        expect(await readPixel(output, x, y)).toEqual(closeTo([32, 160, 64, 255], 8));
      }
    },
  );

  it('compressImage() with fit=pad adds transparent margins to an opaque image with background=transparent', async () => {
    const input = await photograph(80, 40).png().toBuffer();
    const options = { ...pad, format: 'png', background: 'transparent' } as const;
    const { output } = await compress(input, options);
    expect((await readPixel(output, 50, 5))[3]).toBe(0);
    expect((await readPixel(output, 50, 50))[3]).toBe(255);
  });

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'compressImage() with fit=pad adds a colored background to a gray image with format=%s',
    async (format) => {
      const grayPng = await photograph(80, 40).grayscale().toColourspace('b-w').png().toBuffer();
      const { output } = await compress(grayPng, {
        ...pad,
        format,
        background: '#ff8000',
        quality: 95,
      });
      expect(await readPixel(output, 50, 5)).toEqual(closeTo([255, 128, 0, 255], 10));
      const whiteResult = await compress(grayPng, { ...pad, format: 'jpeg' });
      expect(whiteResult.metadata.space).toBe('b-w');
    },
  );

  it('compressImage() with fit=pad keeps the background color for a 16-bit Display P3 source', async () => {
    const deepPng = await photograph(80, 40)
      .toColourspace('rgb16')
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const { output } = await compress(deepPng, { ...pad, background: '#ff8000', quality: 100 });
    expect(await readPixel(output, 50, 5)).toEqual(closeTo([255, 128, 0, 255], 2));
  });
});

describe('compressImage() with fit=cover', () => {
  it('compressImage() with fit=cover keeps the most salient part', async () => {
    const input = await sharp({
      create: { width: 600, height: 200, channels: 3, background: '#e8e8e8' },
    })
      .composite([{ input: await photograph(120, 120).png().toBuffer(), left: 470, top: 40 }])
      .png()
      .toBuffer();
    const options = { fit: 'cover', max_width: 200, max_height: 200, quality: 90 } as const;
    const { output, metadata } = await compress(input, options);
    expect(metadata).toMatchObject({ width: 200, height: 200 });
    const { data } = await sharp(output).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const rgbPixels = Array.from({ length: data.length / 3 }, (_, i) =>
      data.subarray(3 * i, 3 * i + 3),
    );
    const coloredCount = rgbPixels.filter(
      ([r, g, b]) => Math.max(r, g, b) - Math.min(r, g, b) > 40,
    ).length;
    expect(coloredCount).toBeGreaterThan(0.5 * 120 * 120);
  });
});
