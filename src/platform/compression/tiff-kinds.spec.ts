import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../test/support/compress.js';
import { near, photograph, pixelAt } from '../../../test/support/sample-images.js';
import {
  long,
  type Page,
  rgbTags,
  short,
  type Tag,
  text,
  tiffOf,
  withTags,
} from '../../../test/support/tiff.js';

const [WIDTH, HEIGHT] = [64, 48];
const SOFTWARE = 305;

const pixels = (width = WIDTH, height = HEIGHT): Promise<Buffer> =>
  photograph(width, height).removeAlpha().raw().toBuffer();

async function page(...changed: Tag[]): Promise<Page> {
  return { tags: withTags(rgbTags(WIDTH, HEIGHT), ...changed), parts: [await pixels()] };
}

/** Color planes in tiles, one after the other. */
async function tiledPlanes(): Promise<Buffer> {
  const [side, data] = [64, await pixels(64, 64)];
  const planes = [0, 1, 2].map((channel) =>
    Buffer.from(Array.from({ length: side * side }, (_, i) => data[i * 3 + channel])),
  );
  const tags = withTags(
    rgbTags(side, side).filter(({ tag }) => tag !== 278),
    short(284, 2),
    long(322, side),
    long(323, side),
    text(SOFTWARE, 'secretprogram\0'),
  );
  return tiffOf([{ tags, parts: planes, isTiled: true }]);
}

/** One color in L*, a*, b* of 8 bits. */
async function lab(photometric: number, color: readonly number[]): Promise<Buffer> {
  const changed = [short(262, photometric), text(SOFTWARE, 'secretprogram\0')];
  const samples = Array.from({ length: WIDTH * HEIGHT }, () => color).flat();
  return tiffOf([{ ...(await page(...changed)), parts: [Buffer.from(samples)] }]);
}

const [CIELAB, ICCLAB] = [8, 9];
/** L* in 255 steps; a* and b* as bytes with a sign. */
const LAB_COLORS = [
  ['white', [255, 0, 0], [255, 255, 255]],
  ['gray', [137, 0, 0], [128, 128, 128]],
  ['red', [138, 81, 70], [255, 0, 0]],
  ['green', [224, 177, 81], [0, 255, 0]],
  ['blue', [75, 68, 144], [0, 0, 255]],
  ['a skin color', [186, 12, 18], [208, 171, 147]],
] as const;

describe('compressImage() of a TIFF', () => {
  it.each([
    ['a wrong count of a field', long(297, 1)],
    ['text without its end', text(34_737, 'WGS 84|')],
    ['bits for a channel that is not there', short(258, 8, 8, 8, 8)],
    ['an unknown tag', long(60_000, 7)],
  ])('compressImage() of a TIFF reads %s, which browsers skip', async (_name, flaw) => {
    const { output, metadata } = await compress(tiffOf([await page(flaw)]));
    expect(metadata).toMatchObject({ width: WIDTH, height: HEIGHT });
    const plain = tiffOf([await page()]);
    expect(await pixelAt(output, 20, 20)).toEqual(near(await pixelAt(plain, 20, 20)));
  });

  it('compressImage() of a TIFF refuses one whose last directory leads back to the first', async () => {
    const input = tiffOf([await page()]);
    const first = input.readUInt32LE(4);
    const entries = input.readUInt16LE(first);
    input.writeUInt32LE(first, first + 2 + 12 * entries);
    await expect(compress(input)).rejects.toMatchObject({ code: 'image_corrupt' });
  });

  it('compressImage() of a TIFF keeps one of tiles of separate planes without its private tags, and converts none', async () => {
    const input = await tiledPlanes();
    const { output, width } = await compress(input);
    expect(width).toBe(64);
    expect(output.length).toBeLessThanOrEqual(input.length);
    expect(output.includes('secretprogram')).toBe(false);
    await expect(compress(input, { format: 'jpeg' })).rejects.toMatchObject({
      code: 'tiff_layout_not_supported',
      retry: 'never',
    });
  });

  it.each([
    ['JPEG of TIFF 6.0', 6],
    ['Zstandard', 50_000],
    ['JBIG', 34_661],
  ])(
    'compressImage() of a TIFF keeps one of a compression that cannot be read: %s',
    async (_, compression) => {
      const flaw = [short(259, compression), text(SOFTWARE, 'secretprogram\0')];
      const input = tiffOf([await page(...flaw)]);
      const { output, width } = await compress(input);
      expect(width).toBe(WIDTH);
      expect(output.length).toBeLessThanOrEqual(input.length);
      expect(output.includes('secretprogram')).toBe(false);
      await expect(compress(input, { format: 'jpeg' })).rejects.toMatchObject({
        code: 'tiff_layout_not_supported',
        retry: 'never',
      });
    },
  );

  it.each(LAB_COLORS)(
    'compressImage() of a TIFF converts CIELAB and ICCLAB of 8 bits: %s',
    async (_, stored, seen) => {
      const offset = stored.map((byte, i) => (i === 0 ? byte : (byte + 128) & 255));
      for (const input of [await lab(CIELAB, stored), await lab(ICCLAB, offset)]) {
        for (const format of ['jpeg', 'webp'] as const) {
          const { output } = await compress(input, { format, quality: 95 });
          expect(await pixelAt(output, 20, 20)).toEqual(near([...seen, 255], 12));
        }
      }
    },
  );

  it.each([CIELAB, ICCLAB])(
    'compressImage() of a TIFF keeps Lab without its private tags: %i',
    async (photometric) => {
      const input = await lab(photometric, [200, 10, 20]);
      const { output, width } = await compress(input);
      expect(width).toBe(WIDTH);
      expect(output.length).toBeLessThanOrEqual(input.length);
      expect(output.includes('secretprogram')).toBe(false);
      expect(output.includes(Buffer.from([200, 10, 20, 200, 10, 20]))).toBe(true);
    },
  );
});

describe('compressImage() of a BigTIFF', () => {
  it('compressImage() of a BigTIFF removes private tags in place, and never makes it larger', async () => {
    const tiny = { tags: rgbTags(4, 4), parts: [await pixels(4, 4)] };
    const tagged = { ...tiny, tags: withTags(tiny.tags, text(SOFTWARE, 'secretprogram\0')) };
    const { output, metadata } = await compress(tiffOf([tagged], true), { quality: 95 });
    expect(output.length).toBeLessThanOrEqual(tiffOf([tagged], true).length);
    expect(output.includes('secretprogram')).toBe(false);
    expect(metadata).toMatchObject({ width: 4, height: 4 });
    const [before, after] = await Promise.all(
      [tiffOf([tagged], true), output].map((image) => sharp(image).raw().toBuffer()),
    );
    expect(after.equals(before)).toBe(true);
  });

  it('compressImage() of a BigTIFF takes the largest page where pages differ', async () => {
    const thumbnail = { tags: rgbTags(16, 12), parts: [await pixels(16, 12)] };
    const { width, height } = await compress(tiffOf([thumbnail, await page()], true));
    expect({ width, height }).toEqual({ width: WIDTH, height: HEIGHT });
  });
});
