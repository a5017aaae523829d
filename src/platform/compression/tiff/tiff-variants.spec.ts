import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { createGrayProfile } from '../colors/icc-profile.js';
import { near, photograph, pixelAt } from '../../../../test/support/sample-images.js';
import {
  long,
  type Page,
  rgbTags,
  short,
  type Tag,
  text,
  tiffOf,
  TYPE,
  withTags,
} from '../../../../test/support/tiff.js';

const [WIDTH, HEIGHT] = [64, 48];
const SOFTWARE = 305;

const createPixels = (width = WIDTH, height = HEIGHT): Promise<Buffer> =>
  photograph(width, height).removeAlpha().raw().toBuffer();

async function createPage(...changedTags: Tag[]): Promise<Page> {
  return { tags: withTags(rgbTags(WIDTH, HEIGHT), ...changedTags), parts: [await createPixels()] };
}

/** Creates a tiled TIFF with separate color planes. */
async function createTiledPlanarTiff(): Promise<Buffer> {
  const [side, data] = [64, await createPixels(64, 64)];
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

/** Creates a page of one color in 8-bit L*, a* and b*. */
function createLabPage(
  color: readonly number[],
  width = WIDTH,
  height = HEIGHT,
  ...changedTags: Tag[]
): Page {
  const tags = withTags(withTags(rgbTags(width, height), short(262, CIELAB)), ...changedTags);
  return { tags, parts: [Buffer.alloc(width * height * 3, Buffer.from(color))] };
}

const createLabTiff = (photometric: number, color: readonly number[]): Buffer =>
  tiffOf([
    createLabPage(color, WIDTH, HEIGHT, short(262, photometric), text(SOFTWARE, 'secretprogram\0')),
  ]);

const [CIELAB, ICCLAB] = [8, 9];
/** L* in 255 steps; a* and b* as signed bytes. */
const LAB_COLORS = [
  ['white', [255, 0, 0], [255, 255, 255]],
  ['gray', [137, 0, 0], [128, 128, 128]],
  ['red', [138, 81, 70], [255, 0, 0]],
  ['green', [224, 177, 81], [0, 255, 0]],
  ['blue', [75, 68, 144], [0, 0, 255]],
  ['a skin color', [186, 12, 18], [208, 171, 147]],
] as const;

describe('compressImage() with a TIFF', () => {
  it.each([
    ['a wrong field count', long(297, 1)],
    ['unterminated text', text(34_737, 'WGS 84|')],
    ['a bit depth for a missing channel', short(258, 8, 8, 8, 8)],
    ['an unknown tag', long(60_000, 7)],
  ])('compressImage() accepts a TIFF with %s', async (_name, defect) => {
    const { output, metadata } = await compress(tiffOf([await createPage(defect)]));
    expect(metadata).toMatchObject({ width: WIDTH, height: HEIGHT });
    const plainTiff = tiffOf([await createPage()]);
    expect(await pixelAt(output, 20, 20)).toEqual(near(await pixelAt(plainTiff, 20, 20)));
  });

  it('compressImage() removes private tags from a tiled TIFF with separate planes, and rejects its conversion', async () => {
    const input = await createTiledPlanarTiff();
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
    ['JPEG (as in TIFF 6.0)', 6],
    ['Zstandard', 50_000],
    ['JBIG', 34_661],
  ])('compressImage() keeps a TIFF with the unsupported compression %s', async (_, compression) => {
    const changedTags = [short(259, compression), text(SOFTWARE, 'secretprogram\0')];
    const input = tiffOf([await createPage(...changedTags)]);
    const { output, width } = await compress(input);
    expect(width).toBe(WIDTH);
    expect(output.length).toBeLessThanOrEqual(input.length);
    expect(output.includes('secretprogram')).toBe(false);
    await expect(compress(input, { format: 'jpeg' })).rejects.toMatchObject({
      code: 'tiff_layout_not_supported',
      retry: 'never',
    });
  });

  it.each(LAB_COLORS)(
    'compressImage() converts %s from an 8-bit CIELAB or ICCLAB TIFF',
    async (_, storedColor, expected) => {
      const offsetColor = storedColor.map((byte, i) => (i === 0 ? byte : (byte + 128) & 255));
      for (const input of [
        createLabTiff(CIELAB, storedColor),
        createLabTiff(ICCLAB, offsetColor),
      ]) {
        for (const format of ['jpeg', 'webp'] as const) {
          const { output } = await compress(input, { format, quality: 95 });
          expect(await pixelAt(output, 20, 20)).toEqual(near([...expected, 255], 12));
        }
      }
    },
  );

  it.each([CIELAB, ICCLAB])(
    'compressImage() removes only the private tags of a Lab TIFF (photometric interpretation %i)',
    async (photometric) => {
      const input = createLabTiff(photometric, [200, 10, 20]);
      const { output, width } = await compress(input);
      expect(width).toBe(WIDTH);
      expect(output.length).toBeLessThanOrEqual(input.length);
      expect(output.includes('secretprogram')).toBe(false);
      expect(output.includes(Buffer.from([200, 10, 20, 200, 10, 20]))).toBe(true);
    },
  );
});

/** A small gray page in RGB. */
const SMALL_RGB = { tags: rgbTags(16, 12), parts: [Buffer.alloc(16 * 12 * 3, 128)] };
const SKIN_COLOR = [186, 12, 18];

describe('compressImage() with a TIFF that has several pages', () => {
  it.each(['before', 'after'])(
    'compressImage() converts the Lab page of a TIFF with a smaller RGB page %s it',
    async (order) => {
      const largestPage = createLabPage(SKIN_COLOR);
      const pages = order === 'before' ? [SMALL_RGB, largestPage] : [largestPage, SMALL_RGB];
      const { output } = await compress(tiffOf(pages), { format: 'jpeg', quality: 95 });
      expect(await pixelAt(output, 20, 20)).toEqual(near([208, 171, 147, 255], 12));
    },
  );

  it.each(['before', 'after'])(
    'compressImage() keeps the colors of the RGB page of a TIFF with a smaller Lab page %s it',
    async (order) => {
      const smallPage = createLabPage(SKIN_COLOR, 16, 12);
      const largestPage = { tags: rgbTags(64, 48), parts: [Buffer.alloc(64 * 48 * 3, 128)] };
      const pages = order === 'before' ? [smallPage, largestPage] : [largestPage, smallPage];
      const { output } = await compress(tiffOf(pages), { format: 'jpeg', quality: 95 });
      expect(await pixelAt(output, 20, 20)).toEqual(near([128, 128, 128, 255], 4));
    },
  );

  it('compressImage() converts and keeps all pages of a Lab TIFF', async () => {
    const input = tiffOf([createLabPage([137, 0, 0]), createLabPage(SKIN_COLOR)]);
    const { output, metadata } = await compress(input, { max_width: 32, quality: 95 });
    expect(metadata).toMatchObject({ pages: 2, width: 32 });
    expect(await pixelAt(output, 10, 10, 0)).toEqual(near([128, 128, 128, 255], 12));
    expect(await pixelAt(output, 10, 10, 1)).toEqual(near([208, 171, 147, 255], 12));
  });

  it('compressImage() keeps all pages of a 16-bit gray TIFF with a profile', async () => {
    const profile = [...createGrayProfile((sample) => sample ** 1.8)];
    const tags = withTags(rgbTags(WIDTH, HEIGHT), short(258, 16), short(262, 1), short(277, 1), {
      tag: 34_675,
      type: TYPE.UNDEFINED,
      values: profile,
    });
    const createGrayPage = (light: number): Page => ({
      tags,
      parts: [Buffer.alloc(WIDTH * HEIGHT * 2, Buffer.from([0, light]))],
    });
    const { output, metadata } = await compress(tiffOf([createGrayPage(255), createGrayPage(0)]), {
      quality: 95,
      max_width: 32,
    });
    expect(metadata).toMatchObject({ pages: 2, width: 32 });
    expect((await pixelAt(output, 10, 10, 0))[0]).toBeGreaterThan(250);
    expect((await pixelAt(output, 10, 10, 1))[0]).toBeLessThan(5);
  });
});

describe('compressImage() with a BigTIFF', () => {
  it('compressImage() removes the private tags of a BigTIFF in place, and does not make the file larger', async () => {
    const tinyPage = { tags: rgbTags(4, 4), parts: [await createPixels(4, 4)] };
    const taggedPage = {
      ...tinyPage,
      tags: withTags(tinyPage.tags, text(SOFTWARE, 'secretprogram\0')),
    };
    const { output, metadata } = await compress(tiffOf([taggedPage], true), { quality: 95 });
    expect(output.length).toBeLessThanOrEqual(tiffOf([taggedPage], true).length);
    expect(output.includes('secretprogram')).toBe(false);
    expect(metadata).toMatchObject({ width: 4, height: 4 });
    const [before, after] = await Promise.all(
      [tiffOf([taggedPage], true), output].map((image) => sharp(image).raw().toBuffer()),
    );
    expect(after.equals(before)).toBe(true);
  });

  it('compressImage() converts the largest page of a BigTIFF if its pages differ', async () => {
    const thumbnail = { tags: rgbTags(16, 12), parts: [await createPixels(16, 12)] };
    const { width, height } = await compress(tiffOf([thumbnail, await createPage()], true));
    expect({ width, height }).toEqual({ width: WIDTH, height: HEIGHT });
  });
});
