import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';

/** Creates a swatch of random pixels. */
function createSwatch(side: number): Sharp {
  const pixels = Buffer.from(
    Array.from({ length: side * side * 3 }, (_, i) => (i * 2_654_435_761) % 251),
  );
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } });
}

async function computeMeanDifference(a: Buffer, b: Buffer): Promise<number> {
  const [pixelsA, pixelsB] = await Promise.all(
    [a, b].map((image) => sharp(image).toColourspace('srgb').removeAlpha().raw().toBuffer()),
  );
  return pixelsA.reduce((sum, value, i) => sum + Math.abs(value - pixelsB[i]), 0) / pixelsA.length;
}

describe('compressImage() with a small image', () => {
  it.each(['jpeg', 'webp', 'avif', 'tiff'] as const)(
    'compressImage() does not visibly change any color of a small %s image at low quality',
    async (format) => {
      const image = createSwatch(8).toFormat(format, { quality: 98 });
      const input = await (
        format === 'jpeg'
          ? createSwatch(8).jpeg({ quality: 98, chromaSubsampling: '4:4:4' })
          : image
      ).toBuffer();
      const { output } = await compress(input, { quality: 20 });
      expect(output.length).toBeLessThanOrEqual(input.length);
      expect(await computeMeanDifference(input, output)).toBeLessThan(6);
    },
  );

  it.each([
    [2, '4:4:4'],
    [3, '4:4:4'],
    [4, '4:2:0'],
    [5, '4:2:0'],
  ] as const)(
    'compressImage() does not visibly change any color of a JPEG with sides of %i pixels',
    async (side, sampling) => {
      const jpeg = createSwatch(side).jpeg({ quality: 100, chromaSubsampling: sampling });
      const input = await jpeg.toBuffer();
      const { output } = await compress(input);
      expect(output.length).toBeLessThanOrEqual(input.length);
      expect(await computeMeanDifference(input, output)).toBeLessThan(5);
    },
  );

  it('compressImage() does not visibly change any color of a small rotated JPEG, and does not make it larger', async () => {
    const jpeg = createSwatch(8).jpeg({ quality: 98, chromaSubsampling: '4:4:4' });
    const input = await jpeg.withMetadata({ orientation: 3 }).toBuffer();
    const { output } = await compress(input, { quality: 20 });
    expect(output.length).toBeLessThanOrEqual(input.length);
    const uprightPng = await sharp(input).autoOrient().png().toBuffer();
    expect(await computeMeanDifference(uprightPng, output)).toBeLessThan(6);
  });

  it.each(['jpeg', 'webp'] as const)(
    'compressImage() keeps the mean colors of a textured %s image of 100 x 80 pixels',
    async (format) => {
      const image = createSwatch(50).resize(100, 80, { fit: 'fill', kernel: 'nearest' });
      const chromaSettings = format === 'jpeg' ? { chromaSubsampling: '4:4:4' } : {};
      const input = await image.toFormat(format, { quality: 98, ...chromaSettings }).toBuffer();
      const encodeAreaMeans = (bytes: Buffer) =>
        sharp(bytes).resize(32, 32, { fit: 'fill', kernel: 'linear' }).png().toBuffer();
      const { output } = await compress(input, { quality: 30 });
      expect(output.length).toBeLessThanOrEqual(input.length);
      expect(
        await computeMeanDifference(await encodeAreaMeans(input), await encodeAreaMeans(output)),
      ).toBeLessThan(6);
    },
  );
});
