import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { photograph } from '../../../../test/support/sample-images.js';

const [WIDTH, HEIGHT] = [120, 90];
const COLORS = [
  [230, 20, 40],
  [20, 60, 230],
  [250, 210, 0],
  [255, 255, 255],
];

/** Draws saturated shapes with one-pixel edges in four colors. */
async function createDrawing() {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    pixels.set(COLORS[((x >> 2) + (y >> 3) + (x % 7 === 0 ? 1 : 0)) % COLORS.length], 3 * i);
  }
  const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
  const image = sharp(pixels, { raw });
  return {
    pixels,
    png: await image.png({ palette: true }).toBuffer(),
    gif: await image.gif().toBuffer(),
  };
}

const readPixels = (image: Buffer) =>
  sharp(image).toColourspace('srgb').removeAlpha().raw().toBuffer();

describe('compressImage() with palette images as WebP', () => {
  it.each(['png', 'gif'] as const)(
    'compressImage() keeps the exact colors of a %s drawing as WebP',
    async (format) => {
      const { pixels, [format]: input } = await createDrawing();
      const { output } = await compress(input, { format: 'webp', quality: 80 });
      expect((await readPixels(output)).equals(pixels)).toBe(true);
      const lossy = await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
        .webp({ quality: 80 })
        .toBuffer();
      expect(output.length).toBeLessThanOrEqual(lossy.length);
    },
  );

  it('compressImage() uses lossy WebP for a palette image if that takes fewer bytes', async () => {
    const input = await photograph(WIDTH, HEIGHT).png({ palette: true }).toBuffer();
    const { output } = await compress(input, { format: 'webp', quality: 50 });
    const lossless = await sharp(input).webp({ lossless: true }).toBuffer();
    expect(output.length).toBeLessThan(lossless.length);
  });

  it('compressImage() scales a palette image that it converts to WebP', async () => {
    const { png } = await createDrawing();
    const { width } = await compress(png, { format: 'webp', max_width: 60 });
    expect(width).toBe(60);
  });
});
