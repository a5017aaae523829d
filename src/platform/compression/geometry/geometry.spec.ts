import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import {
  animation,
  closeTo,
  photograph,
  readPixel,
  pngChunk,
} from '../../../../test/support/sample-images.js';
import { type CompressionOptions, FITS } from '../compression-options.js';
import { planLayout } from './plan-layout.js';

const FORMATS = ['jpeg', 'png', 'webp', 'avif', 'original'] as const;
const SIZES = [
  [1, 1],
  [37, 90],
  [160, 61],
] as const;
const BOXES = [
  [20, 50],
  [64, 64],
  [200, 33],
] as const;

describe('compressImage() with a geometry', () => {
  it.each(SIZES.flatMap((size) => FORMATS.map((format) => [...size, format] as const)))(
    'compressImage() converts a %i x %i source to the planned size with format=%s',
    async (width, height, format) => {
      const input = await photograph(width, height).png().toBuffer();
      for (const fit of FITS) {
        for (const [maxWidth, maxHeight] of BOXES) {
          for (const extraOptions of [{}, { enlarge: true }, { padding: 10 }] as const) {
            const options: Partial<CompressionOptions> = {
              format,
              fit,
              max_width: maxWidth,
              max_height: maxHeight,
              ...extraOptions,
            };
            const { result } = planLayout({ width, height }, options);
            const compressed = await compress(input, options);
            const { width: columns, height: rows } = compressed.metadata;
            expect({
              options,
              width: compressed.width,
              height: compressed.height,
              columns,
              rows,
            }).toEqual({
              options,
              ...result,
              columns: result.width,
              rows: result.height,
            });
          }
        }
      }
    },
    60_000,
  );

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'compressImage() applies a geometry to the upright image for EXIF orientation %i',
    async (orientation) => {
      const landscape = await photograph(120, 60).jpeg().withMetadata({ orientation }).toBuffer();
      const isRotated = orientation > 4;
      const insideResult = await compress(landscape, { max_width: 30 });
      expect(insideResult.metadata).toMatchObject({ width: 30, height: isRotated ? 60 : 15 });
      for (const fit of ['pad', 'cover'] as const) {
        const { metadata } = await compress(landscape, { fit, max_width: 40, max_height: 50 });
        expect(metadata).toMatchObject({ width: 40, height: 50 });
        expect(metadata.orientation).toBeUndefined();
      }
    },
  );

  it('compressImage() requantizes a JPEG if the geometry changes nothing', async () => {
    const input = await photograph(120, 60).jpeg({ quality: 95 }).toBuffer();
    const plainResult = await compress(input);
    const options = { fit: 'cover', max_width: 200, max_height: 100 } as const;
    const unchangedResult = await compress(input, {
      ...options,
      background: '#00ff00',
      padding: 0,
    });
    expect(unchangedResult.output.equals(plainResult.output)).toBe(true);
  });
});

describe('compressImage() with a geometry for an animation', () => {
  const COLORS = ['#ff0000', '#00ff00', '#0000ff'];

  it.each(['original', 'webp'] as const)(
    'compressImage() pads every frame of an animation with format=%s',
    async (format) => {
      const gif = await (await animation(60, COLORS, 70)).toBuffer();
      const { output, metadata } = await compress(gif, {
        format,
        fit: 'pad',
        max_width: 80,
        max_height: 40,
        background: '#f0f000',
        quality: 90,
      });
      expect(metadata).toMatchObject({ pages: 3, width: 80, loop: 3, delay: [70, 70, 70] });
      expect(metadata.pageHeight ?? metadata.height).toBe(40);
      for (const [page, color] of [
        [255, 0, 0, 255],
        [0, 255, 0, 255],
        [0, 0, 255, 255],
      ].entries()) {
        expect(await readPixel(output, 40, 20, page)).toEqual(closeTo(color, 24));
        expect(await readPixel(output, 5, 20, page)).toEqual(closeTo([240, 240, 0, 255], 24));
      }
    },
  );

  it('compressImage() crops and trims all frames of an animation equally', async () => {
    const frames = await Promise.all(
      [10, 30].map((left) =>
        sharp({ create: { width: 80, height: 60, channels: 3, background: '#ffffff' } })
          .composite([
            {
              input: { create: { width: 20, height: 20, channels: 3, background: '#0000c0' } },
              left,
              top: 20,
            },
          ])
          .png()
          .toBuffer(),
      ),
    );
    const gif = await sharp(frames, { join: { animated: true } })
      .gif({ delay: [50, 50] })
      .toBuffer();
    const trimmedResult = await compress(gif, { trim: true });
    expect(trimmedResult.metadata).toMatchObject({ pages: 2, width: 40 });
    expect(trimmedResult).toMatchObject({ width: 40, height: 20 });
    expect(await readPixel(trimmedResult.output, 5, 10, 0)).toEqual(closeTo([0, 0, 192, 255]));
    expect(await readPixel(trimmedResult.output, 5, 10, 1)).toEqual(closeTo([255, 255, 255, 255]));
    const croppedResult = await compress(gif, { fit: 'cover', max_width: 30, max_height: 30 });
    expect(croppedResult.metadata).toMatchObject({ pages: 2, width: 30 });
  });

  it.each([{ trim: true }, { padding: 5 }] as const)(
    'compressImage() rejects an animated PNG with %o',
    async (options) => {
      const png = await photograph(60, 60).png().toBuffer();
      const animationControl = pngChunk('acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]));
      const animatedPng = Buffer.concat([png.subarray(0, 33), animationControl, png.subarray(33)]);
      await expect(compress(animatedPng, options)).rejects.toMatchObject({
        code: 'image_animation_not_convertible',
      });
    },
  );
});

describe('compressImage() with a large geometry', () => {
  it('compressImage() rejects an output with more pixels than a source may have', async () => {
    const input = await photograph(60, 60).png().toBuffer();
    const options = { fit: 'pad', max_width: 4000, max_height: 4000 } as const;
    await expect(compress(input, options, { maxPixels: 1_000_000 })).rejects.toMatchObject({
      code: 'output_too_large',
      output: 0,
    });
  });

  it('compressImage() rejects an output that needs too much memory', async () => {
    const input = await photograph(60, 60).png().toBuffer();
    const options = { fit: 'pad', max_width: 4000, max_height: 4000 } as const;
    const limits = { maxMemoryBytes: 256 * 1024 * 1024 };
    await expect(compress(input, options, limits)).rejects.toMatchObject({
      code: 'image_needs_too_much_memory',
      output: 0,
    });
  });
});
