import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { photograph } from '../../../../test/support/sample-images.js';

let webp: Buffer;
let pixels: Buffer;

const readPixels = (image: Buffer) => sharp(image).raw().toBuffer();

/** Increases the file size that the header declares. */
function increaseDeclaredSize(bytes: Buffer, extraBytes: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(copy.readUInt32LE(4) + extraBytes, 4);
  return copy;
}

describe('compressImage() with a WebP that declares a wrong file size', () => {
  beforeAll(async () => {
    webp = await photograph(160, 120).webp({ quality: 90 }).toBuffer();
    pixels = await readPixels(webp);
  });

  it.each([1, 2, 7])(
    'compressImage() keeps the pixels of a WebP whose declared size is %i bytes too large',
    async (extraBytes) => {
      const { output } = await compress(increaseDeclaredSize(webp, extraBytes), {
        format: 'png',
        quality: 100,
      });
      expect((await readPixels(output)).equals(pixels)).toBe(true);
      const { bytes } = await compress(increaseDeclaredSize(webp, extraBytes));
      expect(bytes).toBeLessThanOrEqual(webp.length);
    },
  );

  it('compressImage() keeps the pixels of a WebP without its last padding byte', async () => {
    const size = webp.readUInt32LE(16);
    const unpaddedWebp = Buffer.concat([
      webp.subarray(0, 20 + size),
      Buffer.alloc(size % 2 === 0 ? 1 : 0),
    ]);
    unpaddedWebp.writeUInt32LE(unpaddedWebp.length - 20, 16);
    unpaddedWebp.writeUInt32LE(unpaddedWebp.length - 8 + 1, 4);
    const { output } = await compress(unpaddedWebp, { format: 'png', quality: 100 });
    expect((await readPixels(output)).equals(pixels)).toBe(true);
  });

  it.each([
    ['lacks a chunk', () => increaseDeclaredSize(webp, 8)],
    ['ends within its image data', () => webp.subarray(0, -3)],
  ])('compressImage() rejects a WebP that %s as truncated', async (_, createWebp) => {
    await expect(compress(createWebp())).rejects.toMatchObject({ code: 'image_truncated' });
  });
});
