import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { photograph, pngChunk } from '../../../../test/support/sample-images.js';

const box = (type: string, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
};

/** A still image with a track, the only difference between it and an animation. */
async function animatedAvif(
  brand: 'avis' | 'avif',
  tags: Buffer = Buffer.alloc(0),
): Promise<Buffer> {
  const still = await photograph(64, 48).avif({ quality: 40 }).toBuffer();
  still.write(brand, 8, 'latin1');
  return Buffer.concat([still, box('moov', box('mvhd', Buffer.alloc(100)), tags)]);
}

/** Two equal frames. */
async function animatedPng(...chunks: Buffer[]): Promise<Buffer> {
  const png = await photograph(40, 30).png().toBuffer();
  const offset = png.indexOf('IDAT') - 4;
  const idat = png.subarray(offset, offset + 12 + png.readUInt32BE(offset));
  const control = (sequence: number) => {
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
    control(0),
    idat,
    control(1),
    pngChunk('fdAT', frame),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

const CONVERSIONS = [{ max_width: 20 }, { format: 'webp' }, { format: 'jpeg' }] as const;

describe('compressImage() of an animated AVIF', () => {
  it.each(['avis', 'avif'] as const)(
    'compressImage() of an animated AVIF returns a file with brand %s unchanged',
    async (brand) => {
      const input = await animatedAvif(brand);
      const { output, keptOriginal, width } = await compress(input);
      expect({ keptOriginal, width }).toEqual({ keptOriginal: true, width: 64 });
      expect(output.equals(input)).toBe(true);
    },
  );

  it('compressImage() of an animated AVIF accepts a `meta` box without a primary item', async () => {
    const input = await animatedAvif('avis');
    input.write('free', input.indexOf('pitm'), 'latin1');
    const { output, width, height } = await compress(input);
    expect({ width, height }).toEqual({ width: 64, height: 48 });
    expect(output.indexOf('av01')).toBe(input.indexOf('av01'));
    expect(output.length).toBe(input.length);
    await expect(compress(input, { format: 'jpeg' })).rejects.toMatchObject({
      code: 'image_animation_not_convertible',
    });
  });

  it('compressImage() of an animated AVIF removes personal metadata from the `moov` box', async () => {
    const input = await animatedAvif('avis', box('udta', Buffer.from('secretperson')));
    const { output, keptOriginal } = await compress(input);
    expect(keptOriginal).toBe(false);
    expect(output.includes('secretperson')).toBe(false);
    expect(output.length).toBe(input.length);
    expect(output.toString('latin1', 8, 12)).toBe('avis');
  });

  it.each(CONVERSIONS)(
    'compressImage() of an animated AVIF refuses %o, which would lose its frames',
    async (options) => {
      for (const brand of ['avis', 'avif'] as const) {
        await expect(compress(await animatedAvif(brand), options)).rejects.toMatchObject({
          code: 'image_animation_not_convertible',
          retry: 'never',
        });
      }
    },
  );
});

describe('compressImage() of an animated PNG', () => {
  it('compressImage() of an animated PNG with a profile keeps all frames and removes text chunks', async () => {
    const p3 = await photograph(8, 8).withIccProfile('p3').png().toBuffer();
    const offset = p3.indexOf('iCCP') - 4;
    const profile = p3.subarray(offset, offset + 12 + p3.readUInt32BE(offset));
    const text = pngChunk('tEXt', Buffer.from('Author\0secretperson'));
    const { output } = await compress(await animatedPng(profile, text));
    expect(output.equals(await animatedPng(profile))).toBe(true);
  });

  it('compressImage() of an animated PNG keeps only the orientation from its EXIF', async () => {
    // One entry with tag 274, and a text after the directory that must be removed.
    const directory = '4d4d002a00000008000101120003000000010006000000000000';
    const exif = Buffer.concat([Buffer.from(directory, 'hex'), Buffer.from('secretperson')]);
    const { output } = await compress(await animatedPng(pngChunk('eXIf', exif)));
    expect((await sharp(output).metadata()).orientation).toBe(6);
    expect(output.includes('fdAT')).toBe(true);
    expect(output.includes('secretperson')).toBe(false);
  });

  it.each(CONVERSIONS)(
    'compressImage() of an animated PNG refuses %o, which would lose its frames',
    async (options) => {
      await expect(compress(await animatedPng(), options)).rejects.toMatchObject({
        code: 'image_animation_not_convertible',
      });
    },
  );
});

/** 24 frames over a texture, each brighter by 2 of 255 than the previous one. */
async function slowFade(): Promise<Sharp> {
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

async function brightnesses(image: Buffer): Promise<number[]> {
  const { delay = [] } = await sharp(image).metadata();
  const means = await Promise.all(
    delay.map(async (_, page) => (await sharp(image, { page }).stats()).channels[0].mean),
  );
  // Weighted by duration: a frame that is shown twice as long counts twice.
  return delay.flatMap((time, page) => Array<number>(Math.round(time / 80)).fill(means[page]));
}

describe('compressImage() of a slow fade', () => {
  it.each([
    ['webp', {}],
    ['webp', { max_width: 30 }],
    ['gif', {}],
    ['gif', { format: 'webp' }],
  ] as const)(
    'compressImage() of a slow fade keeps each step of a %s with %j',
    async (format, options) => {
      const delay = Array<number>(24).fill(80);
      const fade = await slowFade();
      const source = await (
        format === 'webp'
          ? fade.webp({ delay, lossless: true })
          : fade.gif({ delay, interFrameMaxError: 0 })
      ).toBuffer();
      const wanted = await brightnesses(source);
      expect(wanted).toHaveLength(24);
      const seen = await brightnesses((await compress(source, options)).output);
      expect(seen).toHaveLength(24);
      const worst = Math.max(...seen.map((mean, i) => Math.abs(mean - wanted[i])));
      expect(worst).toBeLessThan(5);
    },
  );
});
