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
    'compressImage() with a geometry returns a %i x %i source in the planned size as %s',
    async (width, height, format) => {
      const input = await photograph(width, height).png().toBuffer();
      for (const fit of FITS) {
        for (const [maxWidth, maxHeight] of BOXES) {
          for (const more of [{}, { enlarge: true }, { padding: 10 }] as const) {
            const options: Partial<CompressionOptions> = {
              format,
              fit,
              max_width: maxWidth,
              max_height: maxHeight,
              ...more,
            };
            const { result } = planLayout({ width, height }, options);
            const made = await compress(input, options);
            const { width: columns, height: rows } = made.metadata;
            expect({ options, width: made.width, height: made.height, columns, rows }).toEqual({
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
    'compressImage() with a geometry applies to the upright image: orientation %i',
    async (orientation) => {
      const landscape = await photograph(120, 60).jpeg().withMetadata({ orientation }).toBuffer();
      const isTurned = orientation > 4;
      const inside = await compress(landscape, { max_width: 30 });
      expect(inside.metadata).toMatchObject({ width: 30, height: isTurned ? 60 : 15 });
      for (const fit of ['pad', 'cover'] as const) {
        const { metadata } = await compress(landscape, { fit, max_width: 40, max_height: 50 });
        expect(metadata).toMatchObject({ width: 40, height: 50 });
        expect(metadata.orientation).toBeUndefined();
      }
    },
  );

  it('compressImage() with a geometry requantizes a JPEG whose geometry changes nothing', async () => {
    const input = await photograph(120, 60).jpeg({ quality: 95 }).toBuffer();
    const plain = await compress(input);
    const options = { fit: 'cover', max_width: 200, max_height: 100 } as const;
    const same = await compress(input, { ...options, background: '#00ff00', padding: 0 });
    expect(same.output.equals(plain.output)).toBe(true);
  });
});

describe('compressImage() of an animation with a geometry', () => {
  const COLORS = ['#ff0000', '#00ff00', '#0000ff'];

  it.each(['original', 'webp'] as const)(
    'compressImage() of an animation with a geometry pads every frame, as %s',
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

  it('compressImage() of an animation with a geometry crops and trims all frames equally', async () => {
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
    const trimmed = await compress(gif, { trim: true });
    expect(trimmed.metadata).toMatchObject({ pages: 2, width: 40 });
    expect(trimmed).toMatchObject({ width: 40, height: 20 });
    expect(await readPixel(trimmed.output, 5, 10, 0)).toEqual(closeTo([0, 0, 192, 255]));
    expect(await readPixel(trimmed.output, 5, 10, 1)).toEqual(closeTo([255, 255, 255, 255]));
    const covered = await compress(gif, { fit: 'cover', max_width: 30, max_height: 30 });
    expect(covered.metadata).toMatchObject({ pages: 2, width: 30 });
  });

  it.each([{ trim: true }, { padding: 5 }] as const)(
    'compressImage() of an animation with a geometry rejects an animated PNG: %o',
    async (options) => {
      const png = await photograph(60, 60).png().toBuffer();
      const frames = pngChunk('acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]));
      const animated = Buffer.concat([png.subarray(0, 33), frames, png.subarray(33)]);
      await expect(compress(animated, options)).rejects.toMatchObject({
        code: 'image_animation_not_convertible',
      });
    },
  );
});

describe('compressImage() of a large geometry', () => {
  it('compressImage() of a large geometry rejects an output with more pixels than a source may have', async () => {
    const input = await photograph(60, 60).png().toBuffer();
    const options = { fit: 'pad', max_width: 4000, max_height: 4000 } as const;
    await expect(compress(input, options, { maxPixels: 1_000_000 })).rejects.toMatchObject({
      code: 'output_too_large',
      output: 0,
    });
  });

  it('compressImage() of a large geometry rejects an output that needs too much memory', async () => {
    const input = await photograph(60, 60).png().toBuffer();
    const options = { fit: 'pad', max_width: 4000, max_height: 4000 } as const;
    const limits = { maxMemoryBytes: 256 * 1024 * 1024 };
    await expect(compress(input, options, limits)).rejects.toMatchObject({
      code: 'image_needs_too_much_memory',
      output: 0,
    });
  });
});
