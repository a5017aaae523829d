import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { photograph, pngChunk } from '../../../../test/support/sample-images.js';

const createBox = (type: string, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + content.length, 0);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, content]);
};

/** Creates a still image with a `moov` box, which makes it an animation. */
async function createAnimatedAvif(
  brand: 'avis' | 'avif',
  tags: Buffer = Buffer.alloc(0),
): Promise<Buffer> {
  const stillImage = await photograph(64, 48).avif({ quality: 40 }).toBuffer();
  stillImage.write(brand, 8, 'latin1');
  return Buffer.concat([stillImage, createBox('moov', createBox('mvhd', Buffer.alloc(100)), tags)]);
}

/** Creates a PNG with two identical frames. */
async function createAnimatedPng(...chunks: Buffer[]): Promise<Buffer> {
  const png = await photograph(40, 30).png().toBuffer();
  const offset = png.indexOf('IDAT') - 4;
  const idat = png.subarray(offset, offset + 12 + png.readUInt32BE(offset));
  const createFrameControl = (sequence: number) => {
    const payload = Buffer.alloc(26);
    [sequence, 40, 30].forEach((value, i) => payload.writeUInt32BE(value, 4 * i));
    payload.writeUInt16BE(1, 20);
    payload.writeUInt16BE(10, 22);
    return pngChunk('fcTL', payload);
  };
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 2]), idat.subarray(8, -4)]);
  return Buffer.concat([
    png.subarray(0, 33),
    ...chunks,
    pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])),
    createFrameControl(0),
    idat,
    createFrameControl(1),
    pngChunk('fdAT', frame),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

const CONVERSIONS = [{ max_width: 20 }, { format: 'webp' }, { format: 'jpeg' }] as const;

describe('compressImage() with an animated AVIF', () => {
  it.each(['avis', 'avif'] as const)(
    'compressImage() returns an animated AVIF with brand %s unchanged',
    async (brand) => {
      const input = await createAnimatedAvif(brand);
      const { output, keptOriginal, width } = await compress(input);
      expect({ keptOriginal, width }).toEqual({ keptOriginal: true, width: 64 });
      expect(output.equals(input)).toBe(true);
    },
  );

  it('compressImage() accepts an animated AVIF whose `meta` box has no primary item', async () => {
    const input = await createAnimatedAvif('avis');
    input.write('free', input.indexOf('pitm'), 'latin1');
    const { output, width, height } = await compress(input);
    expect({ width, height }).toEqual({ width: 64, height: 48 });
    expect(output.indexOf('av01')).toBe(input.indexOf('av01'));
    expect(output.length).toBe(input.length);
    await expect(compress(input, { format: 'jpeg' })).rejects.toMatchObject({
      code: 'image_animation_not_convertible',
    });
  });

  it('compressImage() removes personal metadata from the `moov` box of an animated AVIF', async () => {
    const input = await createAnimatedAvif('avis', createBox('udta', Buffer.from('secretperson')));
    const { output, keptOriginal } = await compress(input);
    expect(keptOriginal).toBe(false);
    expect(output.includes('secretperson')).toBe(false);
    expect(output.length).toBe(input.length);
    expect(output.toString('latin1', 8, 12)).toBe('avis');
  });

  it.each(CONVERSIONS)(
    'compressImage() rejects the conversion of an animated AVIF with %o, because it would lose frames',
    async (options) => {
      for (const brand of ['avis', 'avif'] as const) {
        await expect(compress(await createAnimatedAvif(brand), options)).rejects.toMatchObject({
          code: 'image_animation_not_convertible',
          retry: 'never',
        });
      }
    },
  );
});

describe('compressImage() with an animated PNG', () => {
  it('compressImage() keeps all frames of an animated PNG with a profile and removes text chunks', async () => {
    const p3 = await photograph(8, 8).withIccProfile('p3').png().toBuffer();
    const offset = p3.indexOf('iCCP') - 4;
    const profile = p3.subarray(offset, offset + 12 + p3.readUInt32BE(offset));
    const text = pngChunk('tEXt', Buffer.from('Author\0secretperson'));
    const { output } = await compress(await createAnimatedPng(profile, text));
    expect(output.equals(await createAnimatedPng(profile))).toBe(true);
  });

  it('compressImage() keeps only the orientation from the EXIF of an animated PNG', async () => {
    // One entry with tag 274, followed by text that must be removed.
    const directory = '4d4d002a00000008000101120003000000010006000000000000';
    const exif = Buffer.concat([Buffer.from(directory, 'hex'), Buffer.from('secretperson')]);
    const { output } = await compress(await createAnimatedPng(pngChunk('eXIf', exif)));
    expect((await sharp(output).metadata()).orientation).toBe(6);
    expect(output.includes('fdAT')).toBe(true);
    expect(output.includes('secretperson')).toBe(false);
  });

  it.each(CONVERSIONS)(
    'compressImage() rejects the conversion of an animated PNG with %o, because it would lose frames',
    async (options) => {
      await expect(compress(await createAnimatedPng(), options)).rejects.toMatchObject({
        code: 'image_animation_not_convertible',
      });
    },
  );
});

/** Creates 24 textured frames, each brighter by 2 of 255 levels than the previous one. */
async function createSlowFade(): Promise<Sharp> {
  const frames = await Promise.all(
    Array.from({ length: 24 }, (_, frame) => {
      const pixels = Buffer.from(
        Array.from({ length: 60 * 40 }, (_value, i) => 60 + 2 * frame + ((i * 7919) % 13)),
      );
      return sharp(pixels, { raw: { width: 60, height: 40, channels: 1 } })
        .png()
        .toBuffer();
    }),
  );
  return sharp(frames, { join: { animated: true } });
}

async function readBrightnesses(image: Buffer): Promise<number[]> {
  const { delay = [] } = await sharp(image).metadata();
  const means = await Promise.all(
    delay.map(async (_, page) => (await sharp(image, { page }).stats()).channels[0].mean),
  );
  // Weights each frame by its duration.
  return delay.flatMap((time, page) => Array<number>(Math.round(time / 80)).fill(means[page]));
}

describe('compressImage() with a slow fade', () => {
  it.each([
    ['webp', {}],
    ['webp', { max_width: 30 }],
    ['gif', {}],
    ['gif', { format: 'webp' }],
  ] as const)(
    'compressImage() keeps each step of a slow fade in %s format with %j',
    async (format, options) => {
      const delay = Array<number>(24).fill(80);
      const fade = await createSlowFade();
      const source = await (
        format === 'webp'
          ? fade.webp({ delay, lossless: true })
          : fade.gif({ delay, interFrameMaxError: 0 })
      ).toBuffer();
      const expected = await readBrightnesses(source);
      expect(expected).toHaveLength(24);
      const actual = await readBrightnesses((await compress(source, options)).output);
      expect(actual).toHaveLength(24);
      const maxDifference = Math.max(...actual.map((mean, i) => Math.abs(mean - expected[i])));
      expect(maxDifference).toBeLessThan(5);
    },
  );
});
