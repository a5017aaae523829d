import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { photograph } from '../../../../test/support/sample-images.js';

let webp: Buffer;
let pixels: Buffer;

const pixelsOf = (image: Buffer) => sharp(image).raw().toBuffer();

/** Changes the size of the file in its header. */
function announcing(bytes: Buffer, more: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(copy.readUInt32LE(4) + more, 4);
  return copy;
}

describe('compressImage() of a WebP with a wrong file size', () => {
  beforeAll(async () => {
    webp = await photograph(160, 120).webp({ quality: 90 }).toBuffer();
    pixels = await pixelsOf(webp);
  });

  it.each([1, 2, 7])(
    'compressImage() of a WebP that declares %i bytes too many keeps its pixels',
    async (more) => {
      const { output } = await compress(announcing(webp, more), { format: 'png', quality: 100 });
      expect((await pixelsOf(output)).equals(pixels)).toBe(true);
      const { bytes } = await compress(announcing(webp, more));
      expect(bytes).toBeLessThanOrEqual(webp.length);
    },
  );

  it('compressImage() of a WebP without its last padding byte keeps its pixels', async () => {
    const size = webp.readUInt32LE(16);
    const odd = Buffer.concat([webp.subarray(0, 20 + size), Buffer.alloc(size % 2 === 0 ? 1 : 0)]);
    odd.writeUInt32LE(odd.length - 20, 16);
    odd.writeUInt32LE(odd.length - 8 + 1, 4);
    const { output } = await compress(odd, { format: 'png', quality: 100 });
    expect((await pixelsOf(output)).equals(pixels)).toBe(true);
  });

  it.each([
    ['lacks a chunk', () => announcing(webp, 8)],
    ['is cut in its image data', () => webp.subarray(0, -3)],
  ])('compressImage() of a WebP that %s fails as truncated', async (_, build) => {
    await expect(compress(build())).rejects.toMatchObject({ code: 'image_truncated' });
  });
});
