import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../test/support/compress.js';
import {
  animation,
  closeTo,
  photograph,
  readPixel,
  pngChunk,
  twoHalves,
} from '../../../test/support/sample-images.js';

describe('compressImage() with rotated images', () => {
  it('compressImage() rotates a photo upright by its EXIF orientation', async () => {
    const landscape = (await twoHalves(200, 100, '#ff0000', '#0000ff')).jpeg({ quality: 95 });
    const { output, width, height, metadata } = await compress(
      await landscape.withMetadata({ orientation: 6 }).toBuffer(),
    );
    expect({ width, height }).toEqual({ width: 100, height: 200 });
    expect(metadata).toMatchObject({ width: 100, height: 200, format: 'jpeg' });
    expect(metadata.orientation).toBeUndefined();
    expect(await readPixel(output, 50, 20)).toEqual(closeTo([255, 0, 0, 255]));
    expect(await readPixel(output, 50, 180)).toEqual(closeTo([0, 0, 255, 255]));
  });

  it.each(['original', 'jpeg'] as const)(
    'compressImage() ignores the EXIF orientation of a WebP with format=%s, as browsers do',
    async (format) => {
      const landscape = (await twoHalves(200, 100, '#ff0000', '#0000ff')).webp({ quality: 95 });
      const input = await landscape.withMetadata({ orientation: 6 }).toBuffer();
      const { output, metadata } = await compress(input, { format });
      expect(metadata).toMatchObject({ width: 200, height: 100 });
      expect(metadata.orientation).toBeUndefined();
      expect(await readPixel(output, 20, 50)).toEqual(closeTo([255, 0, 0, 255]));
    },
  );

  it('compressImage() lowers the quality of a rotated JPEG if the result would be larger', async () => {
    const input = await photograph(300, 200)
      .jpeg({ quality: 20 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { bytes, metadata } = await compress(input, { quality: 95 });
    expect(bytes).toBeLessThanOrEqual(input.length);
    expect(metadata).toMatchObject({ width: 200, height: 300 });
    expect(metadata.orientation).toBeUndefined();
  });

  it.each([3, 6])(
    'compressImage() selects the highest quality that does not enlarge a JPEG with EXIF orientation %i',
    async (orientation) => {
      const smallImage = photograph(400, 300).jpeg({ quality: 10 }).withMetadata({ orientation });
      const input = await smallImage.toBuffer();
      const { bytes } = await compress(input);
      expect(bytes).toBeLessThanOrEqual(input.length);
      expect(bytes).toBeGreaterThan(input.length * 0.85);
    },
  );
});

const createHalfTransparentPng = async () =>
  (await twoHalves(120, 80, '#ff000080', '#00000000')).png().toBuffer();

describe('compressImage() with transparent images', () => {
  it.each(['original', 'webp', 'avif'] as const)(
    'compressImage() keeps transparency with format=%s',
    async (format) => {
      const { output, metadata } = await compress(await createHalfTransparentPng(), { format });
      expect(metadata.hasAlpha).toBe(true);
      expect((await readPixel(output, 110, 40))[3]).toBe(0);
      expect(await readPixel(output, 10, 40)).toEqual(closeTo([255, 0, 0, 128]));
    },
  );

  it('compressImage() adds a white background to a transparent image with format=jpeg', async () => {
    const { output, metadata } = await compress(await createHalfTransparentPng(), {
      format: 'jpeg',
    });
    expect(metadata).toMatchObject({ format: 'jpeg', channels: 3 });
    expect(await readPixel(output, 110, 40)).toEqual(closeTo([255, 255, 255, 255]));
    expect(await readPixel(output, 10, 40)).toEqual(closeTo([255, 127, 127, 255], 16));
  });
});

describe('compressImage() with animations', () => {
  const COLORS = ['#ff0000', '#00ff00', '#0000ff', '#0000ff'];
  const createGif = async () => (await animation(60, COLORS, 70)).toBuffer();

  it('compressImage() keeps every frame, the timing and the loop count of a GIF', async () => {
    const { output, metadata, height } = await compress(await createGif(), { max_width: 30 });
    expect(metadata).toMatchObject({ format: 'gif', pages: 4, loop: 3, delay: [70, 70, 70, 70] });
    expect({ height, pageHeight: metadata.pageHeight }).toEqual({ height: 30, pageHeight: 30 });
    expect(await readPixel(output, 5, 5, 0)).toEqual(closeTo([255, 0, 0, 255]));
    expect(await readPixel(output, 5, 5, 2)).toEqual(closeTo([0, 0, 255, 255]));
  });

  it('compressImage() converts an animated GIF to WebP and merges identical consecutive frames', async () => {
    const { output, metadata } = await compress(await createGif(), { format: 'webp' });
    expect(metadata).toMatchObject({ format: 'webp', pages: 3, loop: 3, delay: [70, 70, 140] });
    expect(await readPixel(output, 5, 5, 1)).toEqual(closeTo([0, 255, 0, 255]));
  });

  it('compressImage() keeps the frames of an animated WebP', async () => {
    const webp = await sharp(await createGif(), { animated: true })
      .webp({ lossless: true })
      .toBuffer();
    const { metadata } = await compress(webp);
    expect(metadata).toMatchObject({ format: 'webp', pages: 3 });
  });

  it.each(['jpeg', 'png', 'avif'] as const)(
    'compressImage() keeps only the first frame of an animation with format=%s',
    async (format) => {
      const { output, width, height, metadata } = await compress(await createGif(), { format });
      expect({ width, height, pages: metadata.pages ?? 1 }).toEqual({
        width: 60,
        height: 60,
        pages: 1,
      });
      expect(await readPixel(output, 5, 5)).toEqual(closeTo([255, 0, 0, 255], 20));
    },
  );

  it('compressImage() keeps the frames of an animated PNG although sharp reads only one', async () => {
    const png = await photograph(60, 60).png().toBuffer();
    const animatedPng = Buffer.concat([
      png.subarray(0, 33),
      pngChunk('acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0])),
      png.subarray(33),
    ]);
    const { output, keptOriginal } = await compress(animatedPng);
    expect(keptOriginal).toBe(true);
    expect(output.equals(animatedPng)).toBe(true);
  });
});

describe('compressImage() with various color spaces', () => {
  it('compressImage() converts a CMYK JPEG to the correct colors', async () => {
    const cmykJpeg = (await twoHalves(256, 256, '#b04040', '#406090'))
      .toColourspace('cmyk')
      .jpeg({ quality: 90 });
    const input = await cmykJpeg.toBuffer();
    expect((await sharp(input).metadata()).space).toBe('cmyk');
    const { output, metadata, keptOriginal } = await compress(input);
    expect(metadata).toMatchObject({ space: 'srgb', channels: 3 });
    expect(keptOriginal).toBe(false);
    // Browsers convert each ink to (1 - ink) (1 - black).
    const inks = await sharp(input)
      .pipelineColourspace('cmyk')
      .toColourspace('cmyk')
      .raw()
      .toBuffer();
    for (const x of [8, 248]) {
      const [c, m, y, k] = inks.subarray(4 * (32 * 256 + x));
      const expected = [c, m, y].map((ink) => ((255 - ink) * (255 - k)) / 255);
      expect(await readPixel(output, x, 32)).toEqual(closeTo([...expected, 255], 6));
    }
  });

  it('compressImage() converts an image with a wide-gamut profile to sRGB', async () => {
    const p3Jpeg = await (
      await twoHalves(64, 64, '#d02020', '#2060c0')
    )
      .jpeg({ quality: 20 })
      .withIccProfile('p3')
      .toBuffer();
    const { output, metadata, keptOriginal } = await compress(p3Jpeg);
    expect(keptOriginal).toBe(false);
    expect(metadata.icc).toBeUndefined();
    expect(await readPixel(output, 8, 32)).toEqual(closeTo([208, 32, 32, 255], 24));
  });

  it('compressImage() accepts a PNG with 16-bit samples', async () => {
    const deepPng = await photograph(80, 60).toColourspace('rgb16').png().toBuffer();
    expect((await sharp(deepPng).metadata()).depth).toBe('ushort');
    expect((await compress(deepPng)).metadata).toMatchObject({ format: 'png', width: 80 });
  });

  it('compressImage() keeps a gray JPEG gray', async () => {
    const grayJpeg = await photograph(80, 60)
      .grayscale()
      .toColourspace('b-w')
      .jpeg({ quality: 95 })
      .toBuffer();
    expect((await compress(grayJpeg)).metadata).toMatchObject({ space: 'b-w', channels: 1 });
  });
});
