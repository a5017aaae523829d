import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { animation, photograph, pngChunk } from '../../../../test/support/sample-images.js';

describe('compressImage() with a damaged or oversized image', () => {
  it('compressImage() rejects a 120-megapixel PNG based on its header alone', async () => {
    const png = await photograph(4, 4).png().toBuffer();
    const header = Buffer.from(png.subarray(16, 29));
    header.writeUInt32BE(12_000, 0);
    header.writeUInt32BE(10_000, 4);
    const oversizedPng = Buffer.concat([
      png.subarray(0, 8),
      pngChunk('IHDR', header),
      png.subarray(33),
    ]);
    await expect(compress(oversizedPng)).rejects.toMatchObject({
      code: 'image_too_many_pixels',
      retry: 'never',
      message: expect.stringContaining('12000 × 10000 pixels, 120 megapixels'),
    });
  });

  const createAnimation = async () =>
    (await animation(60, ['red', 'green', 'blue'], 70)).toBuffer();

  it('compressImage() counts the pixels of all frames before it converts an animation', async () => {
    const result = compress(await createAnimation(), { format: 'webp' }, { maxPixels: 10_000 });
    await expect(result).rejects.toMatchObject({
      code: 'image_too_many_pixels',
      message: expect.stringContaining('60 × 60 pixels × 3 frames'),
    });
  });

  it('compressImage() rejects the conversion of an animation with too many frames', async () => {
    const result = compress(await createAnimation(), { max_width: 30 }, { maxFrames: 2 });
    await expect(result).rejects.toMatchObject({ code: 'image_too_many_frames', retry: 'never' });
  });

  it.each([{ maxFrames: 2 }, { maxPixels: 10_000 }])(
    'compressImage() removes comments from an animation that exceeds %o, because that requires no decoding',
    async (limits) => {
      const gif = await createAnimation();
      const comment = Buffer.from('!\xfe\x06secret\0', 'latin1');
      const control = gif.indexOf(Buffer.from([0x21, 0xf9]));
      const gifWithComment = Buffer.concat([
        gif.subarray(0, control),
        comment,
        gif.subarray(control),
      ]);
      const { output, metadata } = await compress(gifWithComment, {}, limits);
      expect(output.equals(gif)).toBe(true);
      expect(metadata.pages).toBe(3);
    },
  );

  it.each([
    [{ maxPixels: 3000 }, 'a single frame exceeds the limit'],
    [{ maxPixels: 3600 * 3 * 0.04 }, 'all frames together far exceed the limit'],
  ])(
    'compressImage() rejects an animation that exceeds %o even without a conversion if %s',
    async (limits) => {
      await expect(compress(await createAnimation(), {}, limits)).rejects.toMatchObject({
        code: 'image_too_many_pixels',
      });
    },
  );

  it('compressImage() rejects an animation with more than four times the allowed number of frames', async () => {
    const colors = Array.from({ length: 22 }, (_, i) => `rgb(${i * 10}, 0, 0)`);
    const gif = await (await animation(8, colors, 70)).toBuffer();
    await expect(compress(gif, {}, { maxFrames: 2 })).rejects.toMatchObject({
      code: 'image_too_many_frames',
    });
  });

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)(
    'compressImage() rejects a truncated %s file',
    async (format) => {
      const image = await photograph(200, 150).toFormat(format).toBuffer();
      for (const fraction of [0.4, 0.7]) {
        await expect(compress(image.subarray(0, image.length * fraction))).rejects.toMatchObject({
          code: 'image_truncated',
          retry: 'never',
        });
      }
    },
  );

  it.each(['png', 'avif'] as const)(
    'compressImage() reports a damaged %s file as damaged, not as truncated',
    async (format) => {
      const image = await photograph(200, 150).toFormat(format).toBuffer();
      const middle = Math.floor(image.length / 2);
      image.fill(0x5a, middle, middle + 60);
      await expect(compress(image)).rejects.toMatchObject({
        code: 'image_corrupt',
        retry: 'never',
      });
    },
  );

  it('compressImage() rejects a JPEG with damage in the middle', async () => {
    const jpeg = await photograph(200, 150).jpeg().toBuffer();
    jpeg.fill(0xff, 4000, 4100);
    await expect(compress(jpeg)).rejects.toMatchObject({ code: expect.stringMatching(/^image_/) });
  });

  it('compressImage() accepts a JPEG with stray bytes before a marker, as browsers do', async () => {
    const jpeg = await photograph(200, 150).jpeg().toBuffer();
    const jpegWithStrayBytes = Buffer.concat([
      jpeg.subarray(0, -2),
      Buffer.from([1, 2, 3]),
      jpeg.subarray(-2),
    ]);
    expect(await compress(jpegWithStrayBytes)).toMatchObject({ width: 200 });
  });

  it('compressImage() rejects a script with the signature of a GIF', async () => {
    const gif = Buffer.from('GIF89a/*<svg onload=alert(1)>*/=1;');
    await expect(compress(gif)).rejects.toMatchObject({ code: expect.stringMatching(/^image_/) });
  });

  it('compressImage() rejects an image whose side exceeds the maximum of the output format', async () => {
    const longImage = await sharp({
      create: { width: 17_000, height: 2, channels: 3, background: 'red' },
    })
      .png()
      .toBuffer();
    await expect(compress(longImage, { format: 'webp' })).rejects.toMatchObject({
      code: 'image_too_large_for_format',
    });
    expect(await compress(longImage, { format: 'webp', max_width: 1000 })).toMatchObject({
      width: 1000,
      height: 1,
    });
  });
});
