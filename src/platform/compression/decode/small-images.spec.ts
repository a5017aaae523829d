import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';

/** A swatch of random pixels. */
function swatch(side: number): Sharp {
  const pixels = Buffer.from(
    Array.from({ length: side * side * 3 }, (_, i) => (i * 2_654_435_761) % 251),
  );
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } });
}

async function meanDifference(a: Buffer, b: Buffer): Promise<number> {
  const [left, right] = await Promise.all(
    [a, b].map((image) => sharp(image).toColourspace('srgb').removeAlpha().raw().toBuffer()),
  );
  return left.reduce((sum, value, i) => sum + Math.abs(value - right[i]), 0) / left.length;
}

describe('compressImage() of a small image', () => {
  it.each(['jpeg', 'webp', 'avif', 'tiff'] as const)(
    'compressImage() of a small image does not visibly change any color of a %s at low quality',
    async (format) => {
      const image = swatch(8).toFormat(format, { quality: 98 });
      const input = await (
        format === 'jpeg' ? swatch(8).jpeg({ quality: 98, chromaSubsampling: '4:4:4' }) : image
      ).toBuffer();
      const { output } = await compress(input, { quality: 20 });
      expect(output.length).toBeLessThanOrEqual(input.length);
      expect(await meanDifference(input, output)).toBeLessThan(6);
    },
  );

  it.each([
    [2, '4:4:4'],
    [3, '4:4:4'],
    [4, '4:2:0'],
    [5, '4:2:0'],
  ] as const)(
    'compressImage() of a small image does not visibly change any color of a JPEG with sides of %i pixels',
    async (side, sampling) => {
      const jpeg = swatch(side).jpeg({ quality: 100, chromaSubsampling: sampling });
      const input = await jpeg.toBuffer();
      const { output } = await compress(input);
      expect(output.length).toBeLessThanOrEqual(input.length);
      expect(await meanDifference(input, output)).toBeLessThan(5);
    },
  );

  it('compressImage() of a small image does not visibly change any color of a rotated JPEG, and makes it no larger', async () => {
    const jpeg = swatch(8).jpeg({ quality: 98, chromaSubsampling: '4:4:4' });
    const input = await jpeg.withMetadata({ orientation: 3 }).toBuffer();
    const { output } = await compress(input, { quality: 20 });
    expect(output.length).toBeLessThanOrEqual(input.length);
    const upright = await sharp(input).autoOrient().png().toBuffer();
    expect(await meanDifference(upright, output)).toBeLessThan(6);
  });

  it.each(['jpeg', 'webp'] as const)(
    'compressImage() of a small image keeps the mean colors of a textured %s of 100 x 80 pixels',
    async (format) => {
      const image = swatch(50).resize(100, 80, { fit: 'fill', kernel: 'nearest' });
      const full = format === 'jpeg' ? { chromaSubsampling: '4:4:4' } : {};
      const input = await image.toFormat(format, { quality: 98, ...full }).toBuffer();
      const areas = (picture: Buffer) =>
        sharp(picture).resize(32, 32, { fit: 'fill', kernel: 'linear' }).png().toBuffer();
      const { output } = await compress(input, { quality: 30 });
      expect(output.length).toBeLessThanOrEqual(input.length);
      expect(await meanDifference(await areas(input), await areas(output))).toBeLessThan(6);
    },
  );
});
