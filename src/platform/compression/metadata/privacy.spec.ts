import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { photograph } from '../../../../test/support/sample-images.js';

describe('compressImage() and metadata', () => {
  const XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>secretperson</a></x:xmpmeta>';
  const GPS = {
    IFD0: { Artist: 'secretperson' },
    IFD3: { GPSLatitude: '51/1 30/1 0/1', GPSLatitudeRef: 'N' },
  };

  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff'] as const)(
    'compressImage() removes the position and author from %s images',
    async (format) => {
      const input = await photograph(300, 200)
        .toFormat(format)
        .withExif(GPS)
        .withXmp(XMP)
        .toBuffer();
      expect(input.includes('secretperson')).toBe(true);
      const { output, metadata, keptOriginal } = await compress(input);
      expect(keptOriginal).toBe(false);
      expect(metadata).not.toHaveProperty('exif');
      expect(output.includes('secretperson')).toBe(false);
    },
  );

  it.each([
    ['jpeg', () => photograph(12, 12).jpeg({ quality: 5 })],
    ['png', () => photograph(12, 12).png({ palette: true, colors: 2 })],
    ['webp', () => photograph(12, 12).webp({ quality: 1 })],
    ['avif', () => photograph(12, 12).avif({ quality: 1 })],
    ['tiff', () => photograph(12, 12).tiff({ compression: 'lzw' })],
  ])(
    'compressImage() removes the position and author from %s images that cannot become smaller',
    async (_, createImage) => {
      const input = await createImage().withExif(GPS).withXmp(XMP).toBuffer();
      const { output, metadata, keptOriginal } = await compress(input, { quality: 99 });
      expect(keptOriginal).toBe(false);
      expect(metadata).not.toHaveProperty('exif');
      expect(output.includes('secretperson')).toBe(false);
    },
  );

  it('compressImage() keeps the pixels of an image when it removes only metadata', async () => {
    const input = await photograph(12, 12).jpeg({ quality: 5 }).withExif(GPS).toBuffer();
    const { output } = await compress(input);
    const [before, after] = await Promise.all(
      [input, output].map((image) => sharp(image).raw().toBuffer()),
    );
    expect(after.equals(before)).toBe(true);
  });

  it('compressImage() removes data after the end of the image', async () => {
    const { output: tinyJpeg } = await compress(
      await photograph(12, 12).jpeg({ quality: 5 }).toBuffer(),
    );
    const { output, keptOriginal } = await compress(
      Buffer.concat([tinyJpeg, Buffer.from('<script>alert(1)</script>')]),
    );
    expect(keptOriginal).toBe(false);
    expect(output.equals(tinyJpeg)).toBe(true);
  });
});
