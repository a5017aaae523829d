import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { createGrayProfile } from '../colors/icc-profile.js';
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

const createPixels = (width = WIDTH, height = HEIGHT): Promise<Buffer> =>
  photograph(width, height).removeAlpha().raw().toBuffer();

async function createPage(...changedTags: TiffTag[]): Promise<TiffPage> {
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
    shortTag(284, 2),
    longTag(322, side),
    longTag(323, side),
    textTag(SOFTWARE, 'secretprogram\0'),
  );
  return buildTiff([{ tags, parts: planes, isTiled: true }]);
}

/** Creates a single-color page in 8-bit L*, a* and b*. */
function createLabPage(
  color: readonly number[],
  width = WIDTH,
  height = HEIGHT,
  ...changedTags: TiffTag[]
): TiffPage {
  const tags = withTags(withTags(rgbTags(width, height), shortTag(262, CIELAB)), ...changedTags);
  return { tags, parts: [Buffer.alloc(width * height * 3, Buffer.from(color))] };
}

const createLabTiff = (photometric: number, color: readonly number[]): Buffer =>
  buildTiff([
    createLabPage(
      color,
      WIDTH,
      HEIGHT,
      shortTag(262, photometric),
      textTag(SOFTWARE, 'secretprogram\0'),
    ),
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
    ['a wrong field count', longTag(297, 1)],
    ['unterminated text', textTag(34_737, 'WGS 84|')],
    ['a bit depth for a missing channel', shortTag(258, 8, 8, 8, 8)],
    ['an unknown tag', longTag(60_000, 7)],
  ])('compressImage() accepts a TIFF with %s', async (_name, defect) => {
    const { output, metadata } = await compress(buildTiff([await createPage(defect)]));
    expect(metadata).toMatchObject({ width: WIDTH, height: HEIGHT });
    const plainTiff = buildTiff([await createPage()]);
    expect(await readPixel(output, 20, 20)).toEqual(closeTo(await readPixel(plainTiff, 20, 20)));
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
    const changedTags = [shortTag(259, compression), textTag(SOFTWARE, 'secretprogram\0')];
    const input = buildTiff([await createPage(...changedTags)]);
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
    'compressImage() converts %s in an 8-bit CIELAB or ICCLAB TIFF to sRGB',
    async (_, storedColor, expected) => {
      const offsetColor = storedColor.map((byte, i) => (i === 0 ? byte : (byte + 128) & 255));
      for (const input of [
        createLabTiff(CIELAB, storedColor),
        createLabTiff(ICCLAB, offsetColor),
      ]) {
        for (const format of ['jpeg', 'webp'] as const) {
          const { output } = await compress(input, { format, quality: 95 });
          expect(await readPixel(output, 20, 20)).toEqual(closeTo([...expected, 255], 12));
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

/** A small gray RGB page. */
const SMALL_RGB_PAGE = { tags: rgbTags(16, 12), parts: [Buffer.alloc(16 * 12 * 3, 128)] };
const SKIN_COLOR = [186, 12, 18];

describe('compressImage() with a TIFF that has several pages', () => {
  it.each(['before', 'after'])(
    'compressImage() converts the Lab page of a TIFF with a smaller RGB page %s it',
    async (order) => {
      const largestPage = createLabPage(SKIN_COLOR);
      const pages =
        order === 'before' ? [SMALL_RGB_PAGE, largestPage] : [largestPage, SMALL_RGB_PAGE];
      const { output } = await compress(buildTiff(pages), { format: 'jpeg', quality: 95 });
      expect(await readPixel(output, 20, 20)).toEqual(closeTo([208, 171, 147, 255], 12));
    },
  );

  it.each(['before', 'after'])(
    'compressImage() keeps the colors of the RGB page of a TIFF with a smaller Lab page %s it',
    async (order) => {
      const smallPage = createLabPage(SKIN_COLOR, 16, 12);
      const largestPage = { tags: rgbTags(64, 48), parts: [Buffer.alloc(64 * 48 * 3, 128)] };
      const pages = order === 'before' ? [smallPage, largestPage] : [largestPage, smallPage];
      const { output } = await compress(buildTiff(pages), { format: 'jpeg', quality: 95 });
      expect(await readPixel(output, 20, 20)).toEqual(closeTo([128, 128, 128, 255], 4));
    },
  );

  it('compressImage() converts and keeps all pages of a Lab TIFF', async () => {
    const input = buildTiff([createLabPage([137, 0, 0]), createLabPage(SKIN_COLOR)]);
    const { output, metadata } = await compress(input, { max_width: 32, quality: 95 });
    expect(metadata).toMatchObject({ pages: 2, width: 32 });
    expect(await readPixel(output, 10, 10, 0)).toEqual(closeTo([128, 128, 128, 255], 12));
    expect(await readPixel(output, 10, 10, 1)).toEqual(closeTo([208, 171, 147, 255], 12));
  });

  it('compressImage() keeps all pages of a 16-bit gray TIFF with a profile', async () => {
    const profile = [...createGrayProfile((sample) => sample ** 1.8)];
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
    const createGrayPage = (light: number): TiffPage => ({
      tags,
      parts: [Buffer.alloc(WIDTH * HEIGHT * 2, Buffer.from([0, light]))],
    });
    const { output, metadata } = await compress(
      buildTiff([createGrayPage(255), createGrayPage(0)]),
      {
        quality: 95,
        max_width: 32,
      },
    );
    expect(metadata).toMatchObject({ pages: 2, width: 32 });
    expect((await readPixel(output, 10, 10, 0))[0]).toBeGreaterThan(250);
    expect((await readPixel(output, 10, 10, 1))[0]).toBeLessThan(5);
  });
});

describe('compressImage() with a BigTIFF', () => {
  it('compressImage() removes the private tags of a BigTIFF in place, and does not make the file larger', async () => {
    const tinyPage = { tags: rgbTags(4, 4), parts: [await createPixels(4, 4)] };
    const taggedPage = {
      ...tinyPage,
      tags: withTags(tinyPage.tags, textTag(SOFTWARE, 'secretprogram\0')),
    };
    const { output, metadata } = await compress(buildTiff([taggedPage], true), { quality: 95 });
    expect(output.length).toBeLessThanOrEqual(buildTiff([taggedPage], true).length);
    expect(output.includes('secretprogram')).toBe(false);
    expect(metadata).toMatchObject({ width: 4, height: 4 });
    const [before, after] = await Promise.all(
      [buildTiff([taggedPage], true), output].map((image) => sharp(image).raw().toBuffer()),
    );
    expect(after.equals(before)).toBe(true);
  });

  it('compressImage() converts the largest page of a BigTIFF if its pages differ', async () => {
    const thumbnail = { tags: rgbTags(16, 12), parts: [await createPixels(16, 12)] };
    const { width, height } = await compress(buildTiff([thumbnail, await createPage()], true));
    expect({ width, height }).toEqual({ width: WIDTH, height: HEIGHT });
  });
});
