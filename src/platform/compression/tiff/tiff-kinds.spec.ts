import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { grayProfile } from '../colors/icc-profile.js';
import { closeTo, photograph, readPixel } from '../../../../test/support/sample-images.js';
import {
  longTag,
  type TiffPage,
  rgbTags,
  shortTag,
  type TiffTag,
  textTag,
  buildTiff,
  FIELD_TYPES,
  withTags,
} from '../../../../test/support/tiff.js';

const [WIDTH, HEIGHT] = [64, 48];
const SOFTWARE = 305;

const pixels = (width = WIDTH, height = HEIGHT): Promise<Buffer> =>
  photograph(width, height).removeAlpha().raw().toBuffer();

async function page(...changed: TiffTag[]): Promise<TiffPage> {
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
    shortTag(284, 2),
    longTag(322, side),
    longTag(323, side),
    textTag(SOFTWARE, 'secretprogram\0'),
  );
  return buildTiff([{ tags, parts: planes, isTiled: true }]);
}

/** One color in L*, a*, b* of 8 bits. */
function labPage(
  color: readonly number[],
  width = WIDTH,
  height = HEIGHT,
  ...changed: TiffTag[]
): TiffPage {
  const tags = withTags(withTags(rgbTags(width, height), shortTag(262, CIELAB)), ...changed);
  return { tags, parts: [Buffer.alloc(width * height * 3, Buffer.from(color))] };
}

const lab = (photometric: number, color: readonly number[]): Buffer =>
  buildTiff([
    labPage(color, WIDTH, HEIGHT, shortTag(262, photometric), textTag(SOFTWARE, 'secretprogram\0')),
  ]);

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
    ['a wrong count of a field', longTag(297, 1)],
    ['text without its end', textTag(34_737, 'WGS 84|')],
    ['bits for a channel that is not there', shortTag(258, 8, 8, 8, 8)],
    ['an unknown tag', longTag(60_000, 7)],
  ])('compressImage() of a TIFF reads %s, although browsers skip it', async (_name, defect) => {
    const { output, metadata } = await compress(buildTiff([await page(defect)]));
    expect(metadata).toMatchObject({ width: WIDTH, height: HEIGHT });
    const plain = buildTiff([await page()]);
    expect(await readPixel(output, 20, 20)).toEqual(closeTo(await readPixel(plain, 20, 20)));
  });

  it('compressImage() of a tiled TIFF with separate planes removes private tags, and refuses to convert it', async () => {
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
    'compressImage() of a TIFF keeps a file with an unsupported compression: %s',
    async (_, compression) => {
      const defect = [shortTag(259, compression), textTag(SOFTWARE, 'secretprogram\0')];
      const input = buildTiff([await page(...defect)]);
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
    'compressImage() of a TIFF converts 8-bit CIELAB and ICCLAB: %s',
    async (_, stored, seen) => {
      const offset = stored.map((byte, i) => (i === 0 ? byte : (byte + 128) & 255));
      for (const input of [lab(CIELAB, stored), lab(ICCLAB, offset)]) {
        for (const format of ['jpeg', 'webp'] as const) {
          const { output } = await compress(input, { format, quality: 95 });
          expect(await readPixel(output, 20, 20)).toEqual(closeTo([...seen, 255], 12));
        }
      }
    },
  );

  it.each([CIELAB, ICCLAB])(
    'compressImage() of a Lab TIFF removes only its private tags: %i',
    async (photometric) => {
      const input = lab(photometric, [200, 10, 20]);
      const { output, width } = await compress(input);
      expect(width).toBe(WIDTH);
      expect(output.length).toBeLessThanOrEqual(input.length);
      expect(output.includes('secretprogram')).toBe(false);
      expect(output.includes(Buffer.from([200, 10, 20, 200, 10, 20]))).toBe(true);
    },
  );
});

/** Gray in RGB and a skin color in CIELAB, in this order or the other. */
const SMALL_RGB = { tags: rgbTags(16, 12), parts: [Buffer.alloc(16 * 12 * 3, 128)] };
const SKIN = [186, 12, 18];

describe('compressImage() of a TIFF with pages', () => {
  it.each(['before', 'after'])(
    'compressImage() of a TIFF with Lab pages converts the largest page when an RGB page comes %s it',
    async (place) => {
      const largest = labPage(SKIN);
      const pages = place === 'before' ? [SMALL_RGB, largest] : [largest, SMALL_RGB];
      const { output } = await compress(buildTiff(pages), { format: 'jpeg', quality: 95 });
      expect(await readPixel(output, 20, 20)).toEqual(closeTo([208, 171, 147, 255], 12));
    },
  );

  it.each(['before', 'after'])(
    'compressImage() of a TIFF with Lab pages returns a larger RGB page unchanged when a Lab page comes %s it',
    async (place) => {
      const small = labPage(SKIN, 16, 12);
      const largest = { tags: rgbTags(64, 48), parts: [Buffer.alloc(64 * 48 * 3, 128)] };
      const pages = place === 'before' ? [small, largest] : [largest, small];
      const { output } = await compress(buildTiff(pages), { format: 'jpeg', quality: 95 });
      expect(await readPixel(output, 20, 20)).toEqual(closeTo([128, 128, 128, 255], 4));
    },
  );

  it('compressImage() of a TIFF with Lab pages converts all pages and keeps them', async () => {
    const input = buildTiff([labPage([137, 0, 0]), labPage(SKIN)]);
    const { output, metadata } = await compress(input, { max_width: 32, quality: 95 });
    expect(metadata).toMatchObject({ pages: 2, width: 32 });
    expect(await readPixel(output, 10, 10, 0)).toEqual(closeTo([128, 128, 128, 255], 12));
    expect(await readPixel(output, 10, 10, 1)).toEqual(closeTo([208, 171, 147, 255], 12));
  });

  it('compressImage() of a TIFF with 16-bit gray pages and a profile keeps all pages', async () => {
    const profile = [...grayProfile((sample) => sample ** 1.8)];
    const tags = withTags(
      rgbTags(WIDTH, HEIGHT),
      shortTag(258, 16),
      shortTag(262, 1),
      shortTag(277, 1),
      {
        tag: 34_675,
        type: FIELD_TYPES.UNDEFINED,
        values: profile,
      },
    );
    const grayPage = (light: number): TiffPage => ({
      tags,
      parts: [Buffer.alloc(WIDTH * HEIGHT * 2, Buffer.from([0, light]))],
    });
    const { output, metadata } = await compress(buildTiff([grayPage(255), grayPage(0)]), {
      quality: 95,
      max_width: 32,
    });
    expect(metadata).toMatchObject({ pages: 2, width: 32 });
    expect((await readPixel(output, 10, 10, 0))[0]).toBeGreaterThan(250);
    expect((await readPixel(output, 10, 10, 1))[0]).toBeLessThan(5);
  });
});

describe('compressImage() of a BigTIFF', () => {
  it('compressImage() of a BigTIFF removes private tags in place, and never makes the file larger', async () => {
    const tiny = { tags: rgbTags(4, 4), parts: [await pixels(4, 4)] };
    const tagged = { ...tiny, tags: withTags(tiny.tags, textTag(SOFTWARE, 'secretprogram\0')) };
    const { output, metadata } = await compress(buildTiff([tagged], true), { quality: 95 });
    expect(output.length).toBeLessThanOrEqual(buildTiff([tagged], true).length);
    expect(output.includes('secretprogram')).toBe(false);
    expect(metadata).toMatchObject({ width: 4, height: 4 });
    const [before, after] = await Promise.all(
      [buildTiff([tagged], true), output].map((image) => sharp(image).raw().toBuffer()),
    );
    expect(after.equals(before)).toBe(true);
  });

  it('compressImage() of a BigTIFF converts the largest page if pages differ', async () => {
    const thumbnail = { tags: rgbTags(16, 12), parts: [await pixels(16, 12)] };
    const { width, height } = await compress(buildTiff([thumbnail, await page()], true));
    expect({ width, height }).toEqual({ width: WIDTH, height: HEIGHT });
  });
});
