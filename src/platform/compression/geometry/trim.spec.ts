import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { readPixel, redSquareOn } from '../../../../test/support/sample-images.js';

describe('compressImage() with trim', () => {
  it.each(['#ffffff', '#00000000', '#307030'])(
    'compressImage() with trim removes a border of color %s exactly',
    async (background) => {
      const { output, metadata } = await compress(await redSquareOn(background), {
        format: 'png',
        quality: 100,
        trim: true,
      });
      expect(metadata).toMatchObject({ width: 40, height: 40 });
      expect(await readPixel(output, 0, 0)).toEqual([192, 0, 0, 255]);
    },
  );

  it('compressImage() with trim returns a single-color image unchanged', async () => {
    const singleColorImage = await sharp({
      create: { width: 90, height: 60, channels: 3, background: '#fff' },
    })
      .png({ palette: true })
      .toBuffer();
    const [plainResult, trimmedResult] = await Promise.all([
      compress(singleColorImage),
      compress(singleColorImage, { trim: true }),
    ]);
    expect(trimmedResult).toMatchObject({ width: 90, height: 60 });
    expect(trimmedResult.output.equals(plainResult.output)).toBe(true);
  });

  it('compressImage() with trim scales and pads the trimmed image', async () => {
    const { output, metadata } = await compress(
      await sharp(await redSquareOn('#ffffff'))
        .removeAlpha()
        .png()
        .toBuffer(),
      {
        format: 'png',
        trim: true,
        fit: 'pad',
        max_width: 30,
        max_height: 50,
        padding: 10,
        quality: 100,
      },
    );
    expect(metadata).toMatchObject({ width: 30, height: 50 });
    expect(await readPixel(output, 2, 25)).toEqual([255, 255, 255, 255]);
    expect(await readPixel(output, 3, 25)).toEqual([192, 0, 0, 255]);
    expect(await readPixel(output, 15, 12)).toEqual([255, 255, 255, 255]);
  });

  it('compressImage() with trim trims an image after applying its EXIF orientation', async () => {
    const png = await redSquareOn('#ffffff');
    const input = await sharp(png)
      .jpeg({ quality: 100 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { metadata } = await compress(input, { trim: true });
    expect(metadata.width).toBeLessThan(50);
    expect(metadata.height).toBeLessThan(50);
  });
});
