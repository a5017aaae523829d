import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../test/support/compress.js';
import { animation, photograph, pngChunk } from '../../../test/support/pictures.js';

describe('limits and damage', () => {
  it('refuses a 60-megapixel PNG by its header', async () => {
    const png = await photograph(4, 4).png().toBuffer();
    const header = Buffer.from(png.subarray(16, 29));
    header.writeUInt32BE(10_000, 0);
    header.writeUInt32BE(6000, 4);
    const claims = Buffer.concat([png.subarray(0, 8), pngChunk('IHDR', header), png.subarray(33)]);
    await expect(compress(claims)).rejects.toMatchObject({
      code: 'image_too_many_pixels',
      retry: 'never',
      message: expect.stringContaining('10000 × 6000 pixels, 60 megapixels'),
    });
  });

  it('counts the pixels of all frames', async () => {
    const gif = await (await animation(60, ['red', 'green', 'blue'], 70)).toBuffer();
    await expect(compress(gif, {}, { maxPixels: 10_000 })).rejects.toMatchObject({
      code: 'image_too_many_pixels',
      message: expect.stringContaining('60 × 60 pixels × 3 frames'),
    });
  });

  it('refuses too many frames', async () => {
    const gif = await (await animation(60, ['red', 'green', 'blue'], 70)).toBuffer();
    await expect(compress(gif, {}, { maxFrames: 2 })).rejects.toMatchObject({
      code: 'image_too_many_frames',
      retry: 'never',
    });
  });

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)(
    'refuses a %s that is cut off',
    async (format) => {
      const whole = await photograph(200, 150).toFormat(format).toBuffer();
      for (const part of [0.4, 0.7]) {
        await expect(compress(whole.subarray(0, whole.length * part))).rejects.toMatchObject({
          code: 'image_truncated',
          retry: 'never',
        });
      }
    },
  );

  it.each(['png', 'avif'] as const)('calls a %s damaged, not cut off', async (format) => {
    const image = await photograph(200, 150).toFormat(format).toBuffer();
    const middle = Math.floor(image.length / 2);
    image.fill(0x5a, middle, middle + 60);
    await expect(compress(image)).rejects.toMatchObject({ code: 'image_corrupt', retry: 'never' });
  });

  it('refuses a JPEG with damage in its middle', async () => {
    const jpeg = await photograph(200, 150).jpeg().toBuffer();
    jpeg.fill(0xff, 4000, 4100);
    await expect(compress(jpeg)).rejects.toMatchObject({ code: expect.stringMatching(/^image_/) });
  });

  it('takes a JPEG with stray bytes before a marker, as browsers do', async () => {
    const jpeg = await photograph(200, 150).jpeg().toBuffer();
    const stray = Buffer.concat([jpeg.subarray(0, -2), Buffer.from([1, 2, 3]), jpeg.subarray(-2)]);
    expect(await compress(stray)).toMatchObject({ width: 200 });
  });

  it('refuses a picture of one kind under the signature of another', async () => {
    const gif = Buffer.from('GIF89a/*<svg onload=alert(1)>*/=1;');
    await expect(compress(gif)).rejects.toMatchObject({ code: expect.stringMatching(/^image_/) });
  });

  it('refuses what is too long for its format', async () => {
    const long = await sharp({
      create: { width: 17_000, height: 2, channels: 3, background: 'red' },
    })
      .png()
      .toBuffer();
    await expect(compress(long, { format: 'webp' })).rejects.toMatchObject({
      code: 'image_too_large_for_format',
    });
    expect(await compress(long, { format: 'webp', max_width: 1000 })).toMatchObject({
      width: 1000,
      height: 1,
    });
  });
});
