import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import {
  closeTo,
  photograph,
  readPixel,
  pngChunk,
} from '../../../../test/support/sample-images.js';
import { createDescriptionTag, serializeProfile } from './icc-profile.js';

const createFlatImage = (background: string) =>
  sharp({ create: { width: 64, height: 64, channels: 3, background } });

/** Creates a PNG with chunks after its header. */
async function createPngWithChunks(
  background: string,
  ...chunks: [string, Buffer][]
): Promise<Buffer> {
  const png = await createFlatImage(background).png().toBuffer();
  const addedChunks = chunks.map(([type, payload]) => pngChunk(type, payload));
  return Buffer.concat([png.subarray(0, 33), ...addedChunks, png.subarray(33)]);
}

function createUInt32Buffer(...values: number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => buffer.writeUInt32BE(value, 4 * i));
  return buffer;
}

/** White, red, green and blue of cHRM, with red and green swapped. */
const SWAPPED_CHROMATICITIES = createUInt32Buffer(
  31_270,
  32_900,
  30_000,
  60_000,
  64_000,
  33_000,
  15_000,
  6000,
);
const P3_POINTS = Buffer.from([12, 13, 0, 1]);
const FORMATS = ['original', 'jpeg', 'webp', 'avif'] as const;

describe('compressImage() with various source colors', () => {
  it.each(FORMATS)(
    'compressImage() keeps the colors of a 16-bit image that has a profile with format=%s',
    async (format) => {
      for (const profile of ['srgb', 'p3']) {
        const deepImage = createFlatImage('#ff0000').toColourspace('rgb16').withIccProfile(profile);
        const input = await deepImage.png().toBuffer();
        expect(await sharp(input).metadata()).toMatchObject({ depth: 'ushort' });
        const { output } = await compress(input, { format, quality: 90 });
        expect(await readPixel(output, 32, 32)).toEqual(closeTo([255, 0, 0, 255], 4));
      }
    },
  );

  it.each(['jpeg', 'webp', 'avif'] as const)(
    'compressImage() keeps the colors of a PNG that has gAMA with format=%s',
    async (format) => {
      // Linear light of (102 / 255) ^ 1.6 is 130 in sRGB.
      const input = await createPngWithChunks('#666666', ['gAMA', createUInt32Buffer(62_500)]);
      const { output } = await compress(input, { format, quality: 90 });
      expect(await readPixel(output, 32, 32)).toEqual(closeTo([130, 130, 130, 255], 4));
    },
  );

  it('compressImage() keeps the colors of a PNG that has gAMA with format=original', async () => {
    const input = await createPngWithChunks('#666666', ['gAMA', createUInt32Buffer(62_500)]);
    const { output } = await compress(input);
    const expected = output.includes('gAMA') ? 102 : 130;
    expect((await readPixel(output, 32, 32))[0]).toSatisfy(
      (v: number) => Math.abs(v - expected) < 4,
    );
  });

  it.each([
    ['gray', 'b-w', 'grey16', '#666666', [130, 130, 130]],
    ['color', 'srgb', 'rgb16', '#cc6600', [220, 130, 0]],
  ] as const)(
    'compressImage() keeps the colors of a 16-bit %s PNG with gAMA',
    async (_name, space, deepSpace, color, expected) => {
      const deepImage = createFlatImage(color).toColourspace(space).toColourspace(deepSpace);
      const png = await deepImage.png().toBuffer();
      expect(await sharp(png).metadata()).toMatchObject({ depth: 'ushort' });
      const gamma = pngChunk('gAMA', createUInt32Buffer(62_500));
      const input = Buffer.concat([png.subarray(0, 33), gamma, png.subarray(33)]);
      const { output } = await compress(input, { format: 'jpeg', quality: 95 });
      expect(await readPixel(output, 32, 32)).toEqual(closeTo([...expected, 255], 4));
    },
  );

  it('compressImage() keeps the colors of a PNG with cHRM', async () => {
    const input = await createPngWithChunks(
      '#c02040',
      ['gAMA', createUInt32Buffer(45_455)],
      ['cHRM', SWAPPED_CHROMATICITIES],
    );
    const { output } = await compress(input, { format: 'webp', quality: 95 });
    expect(await readPixel(output, 32, 32)).toEqual(closeTo([32, 192, 64, 255], 8));
  });

  it('compressImage() keeps the colors of a PNG with cICP', async () => {
    const input = await createPngWithChunks('#800000', ['cICP', P3_POINTS]);
    const { output } = await compress(input, { format: 'webp', quality: 95 });
    expect(await readPixel(output, 32, 32)).toEqual(closeTo([140, 0, 0, 255], 6));
  });

  it('compressImage() ignores gAMA in a PNG that also has an sRGB chunk', async () => {
    const input = await createPngWithChunks(
      '#666666',
      ['sRGB', Buffer.from([0])],
      ['gAMA', createUInt32Buffer(62_500)],
    );
    const { output } = await compress(input, { format: 'webp', quality: 95 });
    expect(await readPixel(output, 32, 32)).toEqual(closeTo([102, 102, 102, 255], 3));
  });

  it('compressImage() keeps the colors of an image whose profile is wrongly named sRGB', async () => {
    const p3 = await createFlatImage('#20c040').withIccProfile('p3').png().toBuffer();
    const icc = (await sharp(p3).metadata()).icc!;
    const tags = Array.from({ length: icc.readUInt32BE(128) }, (_, i): [string, Buffer] => {
      const offset = 132 + 12 * i;
      const [start, length] = [icc.readUInt32BE(offset + 4), icc.readUInt32BE(offset + 8)];
      return [icc.toString('latin1', offset, offset + 4), icc.subarray(start, start + length)];
    }).map(([name, body]): [string, Buffer] => [
      name,
      name === 'desc' ? createDescriptionTag('sRGB') : body,
    ]);
    const { output, metadata } = await compress(
      replaceIccp(p3, serializeProfile('RGB ', 'mntr', tags)),
      {
        format: 'webp',
        quality: 95,
      },
    );
    expect(metadata.icc).toBeUndefined();
    expect(await readPixel(output, 32, 32)).toEqual(closeTo([32, 192, 64, 255], 6));
  });

  it('compressImage() keeps a wide-gamut AVIF unchanged, and converts it to sRGB as a JPEG', async () => {
    const avif = await photograph(160, 120).avif({ quality: 60 }).toBuffer();
    const wideGamutAvif = addNclx(avif, 12);
    expect((await compress(wideGamutAvif)).output.equals(wideGamutAvif)).toBe(true);
    const [plainOutput, convertedOutput] = await Promise.all(
      [avif, wideGamutAvif].map(
        async (input) => (await compress(input, { format: 'jpeg' })).output,
      ),
    );
    expect(await computeSaturation(convertedOutput)).toBeGreaterThan(
      (await computeSaturation(plainOutput)) * 1.05,
    );
  });
});

describe('compressImage() with a high-dynamic-range AVIF', () => {
  it('compressImage() keeps a high-dynamic-range AVIF unchanged, and applies tone mapping when converting it to JPEG', async () => {
    const flatGray = createFlatImage('#808080');
    const hdrAvif = addNclx(await flatGray.avif({ quality: 95 }).toBuffer(), 9, 16);
    expect((await compress(hdrAvif)).output.equals(hdrAvif)).toBe(true);
    const { output } = await compress(hdrAvif, { format: 'jpeg', quality: 95 });
    expect(await readPixel(output, 32, 32)).toEqual(closeTo([132, 132, 132, 255], 4));
  });

  it('compressImage() keeps a high-dynamic-range AVIF with metadata=copyright even if the XMP does not fit', async () => {
    const image = photograph(160, 120).avif({ quality: 95 });
    const exif = { IFD0: { Copyright: 'K' } };
    const hdrAvif = addNclx(await image.withExif(exif).toBuffer(), 9, 16);
    const { output } = await compress(hdrAvif, { metadata: 'copyright' });
    const [before, after] = await Promise.all(
      [hdrAvif, output].map((bytes) => sharp(bytes).raw().toBuffer()),
    );
    expect(after.equals(before)).toBe(true);
    expect(output.includes('nclx')).toBe(true);
  });
});

async function computeSaturation(image: Buffer): Promise<number> {
  const data = await sharp(image).raw().toBuffer();
  let sum = 0;
  for (let offset = 0; offset < data.length; offset += 3) {
    const pixel = data.subarray(offset, offset + 3);
    sum += Math.max(...pixel) - Math.min(...pixel);
  }
  return sum;
}

function replaceIccp(png: Buffer, profile: Buffer): Buffer {
  const offset = png.indexOf('iCCP') - 4;
  const end = offset + 12 + png.readUInt32BE(offset);
  const body = Buffer.concat([Buffer.from('x\0\0', 'latin1'), deflateSync(profile)]);
  return Buffer.concat([png.subarray(0, offset), pngChunk('iCCP', body), png.subarray(end)]);
}

/** Adds an `nclx` property with primaries and a transfer function (H.273) to an AVIF. */
function addNclx(avif: Buffer, primaries: number, transfer = 13): Buffer {
  const nclx = Buffer.from('\0\0\0\x13colrnclx\0\0\0\x0d\0\x06\x80', 'latin1');
  nclx.writeUInt16BE(primaries, 12);
  nclx.writeUInt16BE(transfer, 14);
  const container = avif.indexOf('ipco') - 4;
  const end = container + avif.readUInt32BE(container);
  const file = Buffer.concat([avif.subarray(0, end), nclx, avif.subarray(end)]);
  for (const type of ['meta', 'iprp', 'ipco']) {
    const offset = file.indexOf(type) - 4;
    file.writeUInt32BE(file.readUInt32BE(offset) + nclx.length, offset);
  }
  const data = avif.indexOf('mdat') + 4;
  const location = file.indexOf('iloc');
  /** @returns the end of the item that starts at the position */
  const shiftItem = (start: number): number => {
    const position = Buffer.alloc(4);
    position.writeUInt32BE(start);
    const index = file.indexOf(position, location);
    expect(index).toBeGreaterThan(location);
    // The count and the offset of the extent precede its length.
    const length = file.readUInt32BE(index + 10);
    file.writeUInt32BE(start + nclx.length, index);
    return start + length;
  };
  let nextItem = shiftItem(data);
  while (nextItem < avif.length) nextItem = shiftItem(nextItem);
  return file;
}
