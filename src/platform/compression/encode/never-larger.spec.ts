import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { closeTo, photograph, readPixel } from '../../../../test/support/sample-images.js';

const SINGLE_COLOR_OPTIONS = {
  create: { width: 4, height: 4, channels: 4, background: '#c81e3c80' },
} as const;

describe('compressImage()', () => {
  it('compressImage() returns an already compressed JPEG unchanged', async () => {
    const { output: compressedJpeg } = await compress(
      await photograph(12, 12).jpeg({ quality: 10 }).toBuffer(),
    );
    const { output, keptOriginal } = await compress(compressedJpeg);
    expect(keptOriginal).toBe(true);
    expect(output.equals(compressedJpeg)).toBe(true);
  });

  it.each([
    ['a JPEG at quality 25', () => photograph(300, 200).jpeg({ quality: 25 })],
    ['a palette PNG', () => photograph(64, 64).png({ palette: true, colors: 4 })],
    ['a small WebP', () => photograph(64, 64).webp({ quality: 5 })],
    ['a small AVIF', () => photograph(64, 64).avif({ quality: 5 })],
    ['a small TIFF', () => photograph(8, 8).tiff({ compression: 'lzw' })],
    ['a small GIF', () => photograph(8, 8).gif({ colors: 2 })],
  ])('compressImage() never makes %s larger', async (_, createImage) => {
    const input = await createImage().toBuffer();
    const { bytes } = await compress(input, { quality: 100 });
    expect(bytes).toBeLessThanOrEqual(input.length);
  });

  it.each<[string, (png: Buffer) => Buffer]>([
    ['no end chunk', (png) => png.subarray(0, -12)],
    ['an end chunk with a wrong type', (png) => replaceByte(png, png.length - 8, 0x58)],
    ['an end chunk with the wrong length', (png) => replaceByte(png, png.length - 9, 5)],
    ['an end chunk with a wrong checksum', (png) => replaceByte(png, png.length - 1, 0)],
  ])('compressImage() never makes a small PNG with %s larger', async (_, damage) => {
    const input = damage(await sharp(SINGLE_COLOR_OPTIONS).png().toBuffer());
    const { output, metadata } = await compress(input);
    expect(output.length).toBeLessThanOrEqual(input.length);
    expect(metadata).toMatchObject({ width: 4, height: 4 });
  });

  it('compressImage() never makes a JPEG with stray bytes between its segments larger', async () => {
    const input = await photograph(300, 200).jpeg({ quality: 10 }).toBuffer();
    const frame = input.indexOf(Buffer.from([0xff, 0xc0]));
    const irregularJpeg = Buffer.concat([
      input.subarray(0, frame),
      Buffer.from('secret'),
      input.subarray(frame),
    ]);
    const { output } = await compress(irregularJpeg, { quality: 90 });
    expect(output.length).toBeLessThanOrEqual(input.length);
    expect(output.includes('secret')).toBe(false);
  });

  it.each([
    ['jpeg', () => photograph(400, 300).jpeg({ quality: 95 })],
    ['png', () => photograph(400, 300).png()],
    ['webp', () => photograph(400, 300).webp({ quality: 95 })],
    ['avif', () => photograph(400, 300).avif({ quality: 95 })],
    ['tiff', () => photograph(400, 300).tiff({ compression: 'lzw' })],
  ])(
    'compressImage() returns fewer bytes for %s images in their original format',
    async (format, createImage) => {
      const input = await createImage().toBuffer();
      const result = await compress(input);
      expect(result).toMatchObject({ format, keptOriginal: false });
      expect(result.bytes).toBeLessThan(input.length * 0.7);
    },
  );

  it('compressImage() scales images to fit max_width and max_height', async () => {
    const input = await photograph(400, 300).jpeg().toBuffer();
    expect(await compress(input, { max_width: 200 })).toMatchObject({ width: 200, height: 150 });
    expect(await compress(input, { max_height: 30 })).toMatchObject({ width: 40, height: 30 });
    const scaledByBoth = await compress(input, { max_width: 200, max_height: 30 });
    expect(scaledByBoth).toMatchObject({
      width: 40,
      height: 30,
      metadata: { width: 40, height: 30 },
    });
  });

  it('compressImage() applies max_width and max_height to the upright image', async () => {
    const landscape = await photograph(400, 300).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(await compress(landscape, { max_width: 150 })).toMatchObject({
      width: 150,
      height: 200,
    });
  });

  it('compressImage() never enlarges an image without the enlarge option', async () => {
    const input = await photograph(40, 30).jpeg().toBuffer();
    expect(await compress(input, { max_width: 4000 })).toMatchObject({ width: 40, height: 30 });
  });

  it('compressImage() keeps all pages of a TIFF', async () => {
    const pages = await Promise.all(
      ['#ff0000', '#0000ff'].map((background) =>
        sharp({ create: { width: 50, height: 40, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const tiff = await sharp(pages, { join: { animated: true } })
      .tiff({ compression: 'none' })
      .toBuffer();
    expect((await sharp(tiff).metadata()).pages).toBe(2);
    const { metadata, height, output } = await compress(tiff);
    expect({ pages: metadata.pages, height }).toEqual({ pages: 2, height: 40 });
    expect(await readPixel(output, 5, 5, 1)).toEqual(closeTo([0, 0, 255, 255]));
  });
});

function replaceByte(bytes: Buffer, offset: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[offset] = value;
  return copy;
}
