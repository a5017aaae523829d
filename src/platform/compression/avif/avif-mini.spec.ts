import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { toMiniAvif } from '../../../../test/support/mini-avif.js';
import { toFullAvif } from './full-avif.js';
import { addPngProfile } from '../colors/png-colors.js';

const WIDTH = 160;
const HEIGHT = 96;

/** Draws a red left half, a green upper right quarter and a blue lower right quarter. The left half is half opaque. */
async function createFlag(hasAlpha = false): Promise<Buffer> {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 4);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    const color = x < WIDTH / 2 ? [220, 20, 20] : y < HEIGHT / 2 ? [20, 160, 20] : [20, 20, 220];
    pixels.set([...color, x < WIDTH / 2 ? 128 : 255], i * 4);
  }
  const image = sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } });
  const encodedImage = hasAlpha ? image : image.removeAlpha();
  return encodedImage.avif({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer();
}

const SIZE = { width: WIDTH, height: HEIGHT };

async function readPixels(image: Buffer): Promise<{ data: Buffer; width: number; height: number }> {
  const { data, info } = await sharp(image)
    .autoOrient()
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

const computeMeanDifference = (a: Buffer, b: Buffer): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;

describe('compressImage() with an AVIF in the compact layout (mini)', () => {
  it.each([false, true])(
    'compressImage() returns the same pixels for a compact AVIF as for the usual layout (alpha: %s)',
    async (hasAlpha) => {
      const fullAvif = await createFlag(hasAlpha);
      const mini = toMiniAvif(fullAvif, SIZE);
      const expected = await readPixels(fullAvif);
      for (const format of ['original', 'png', 'webp'] as const) {
        const { output, bytes } = await compress(mini, { format, quality: 90 });
        const limit = format === 'original' ? mini.length : Infinity;
        expect(bytes).toBeLessThanOrEqual(limit);
        const actual = await readPixels(toFullAvif(output));
        expect([actual.width, actual.height]).toEqual([WIDTH, HEIGHT]);
        expect(computeMeanDifference(actual.data, expected.data)).toBeLessThan(4);
      }
    },
  );

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'compressImage() rotates a compact AVIF with orientation %i upright',
    async (orientation) => {
      const fullAvif = await createFlag();
      const mini = toMiniAvif(fullAvif, { ...SIZE, orientation });
      const uprightJpeg = await sharp(fullAvif)
        .withMetadata({ orientation })
        .jpeg({ quality: 95 })
        .toBuffer();
      const expected = await readPixels(uprightJpeg);
      const actual = await readPixels(
        (await compress(mini, { format: 'png', quality: 90 })).output,
      );
      expect([actual.width, actual.height]).toEqual([expected.width, expected.height]);
      expect(computeMeanDifference(actual.data, expected.data)).toBeLessThan(6);
    },
  );

  it('compressImage() removes EXIF and XMP from a compact AVIF, and keeps the digital source type', async () => {
    const exif = Buffer.from('GPS of the studio');
    const createXmp = (attributes: string) =>
      Buffer.from(
        `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ${attributes}>studio</rdf:Description></rdf:RDF></x:xmpmeta>`,
      );
    const fullAvif = await createFlag();
    for (const quality of [50, 100]) {
      const mini = toMiniAvif(fullAvif, { ...SIZE, exif, xmp: createXmp('') });
      const { output, bytes } = await compress(mini, { quality });
      expect(output.includes('studio')).toBe(false);
      expect(bytes).toBeLessThan(mini.length);
      expect(await sharp(toFullAvif(output)).metadata()).toMatchObject(SIZE);
    }
    const sourceType =
      'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"';
    const generatedAvif = toMiniAvif(fullAvif, { ...SIZE, xmp: createXmp(sourceType) });
    const { output } = await compress(generatedAvif);
    expect(output.includes('trainedAlgorithmicMedia')).toBe(true);
    expect(output.includes('studio')).toBe(false);
  });

  it('compressImage() converts the colors of a compact AVIF according to its profile', async () => {
    const create = { ...SIZE, channels: 3, background: '#b04040' } as const;
    const flatImage = sharp({ create });
    const { icc } = await sharp(
      await flatImage.clone().withIccProfile('p3').png().toBuffer(),
    ).metadata();
    const fullAvif = await flatImage.avif({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
    const taggedPng = addPngProfile(await flatImage.clone().png().toBuffer(), icc!);
    const expected = await readPixels(taggedPng);
    expect(expected.data[0]).toBeGreaterThan(0xb0 + 5);
    const mini = toMiniAvif(fullAvif, { ...SIZE, icc });
    const actual = await readPixels((await compress(mini, { format: 'png' })).output);
    expect(computeMeanDifference(actual.data, expected.data)).toBeLessThan(3);
  });

  it.each([
    ['is truncated', (mini: Buffer) => mini.subarray(0, -20)],
    ['has an unknown version', (mini: Buffer) => mini.fill(0xff, 24, 25)],
    ['has no image data', (mini: Buffer) => mini.subarray(0, 30)],
  ])(
    'compressImage() rejects a compact AVIF that %s as truncated or corrupt',
    async (_, damage) => {
      const mini = damage(toMiniAvif(await createFlag(), SIZE));
      await expect(compress(mini)).rejects.toMatchObject({
        code: expect.stringMatching(/^image_(corrupt|truncated)$/) as string,
      });
    },
  );
});
