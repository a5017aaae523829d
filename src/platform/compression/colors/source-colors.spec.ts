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
import { descriptionTag, serializeProfile } from './icc-profile.js';

const flat = (background: string) =>
  sharp({ create: { width: 64, height: 64, channels: 3, background } });

/** A PNG with chunks behind its header. */
async function pngWith(background: string, ...chunks: [string, Buffer][]): Promise<Buffer> {
  const png = await flat(background).png().toBuffer();
  const added = chunks.map(([type, payload]) => pngChunk(type, payload));
  return Buffer.concat([png.subarray(0, 33), ...added, png.subarray(33)]);
}

function uint32(...values: number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => buffer.writeUInt32BE(value, 4 * i));
  return buffer;
}

/** White, red, green and blue of cHRM, with red and green exchanged. */
const SWAPPED = uint32(31_270, 32_900, 30_000, 60_000, 64_000, 33_000, 15_000, 6000);
const P3_POINTS = Buffer.from([12, 13, 0, 1]);
const FORMATS = ['original', 'jpeg', 'webp', 'avif'] as const;

describe('compressImage() keeps the colors', () => {
  it.each(FORMATS)(
    'compressImage() keeps the colors of a 16-bit image with a profile, as %s',
    async (format) => {
      for (const profile of ['srgb', 'p3']) {
        const deep = flat('#ff0000').toColourspace('rgb16').withIccProfile(profile);
        const input = await deep.png().toBuffer();
        expect(await sharp(input).metadata()).toMatchObject({ depth: 'ushort' });
        const { output } = await compress(input, { format, quality: 90 });
        expect(await readPixel(output, 32, 32)).toEqual(closeTo([255, 0, 0, 255], 4));
      }
    },
  );

  it.each(['jpeg', 'webp', 'avif'] as const)(
    'compressImage() keeps the colors of a PNG with gAMA, as %s',
    async (format) => {
      // (102 / 255) ^ 1.6 as light is 130 in sRGB.
      const input = await pngWith('#666666', ['gAMA', uint32(62_500)]);
      const { output } = await compress(input, { format, quality: 90 });
      expect(await readPixel(output, 32, 32)).toEqual(closeTo([130, 130, 130, 255], 4));
    },
  );

  it('compressImage() keeps the colors of a PNG with gAMA in its own format', async () => {
    const input = await pngWith('#666666', ['gAMA', uint32(62_500)]);
    const { output } = await compress(input);
    const wanted = output.includes('gAMA') ? 102 : 130;
    expect((await readPixel(output, 32, 32))[0]).toSatisfy((v: number) => Math.abs(v - wanted) < 4);
  });

  it.each([
    ['gray', 'b-w', 'grey16', '#666666', [130, 130, 130]],
    ['color', 'srgb', 'rgb16', '#cc6600', [220, 130, 0]],
  ] as const)(
    'compressImage() keeps the colors of a 16-bit %s PNG with gAMA',
    async (_name, space, deepSpace, color, seen) => {
      const deep = flat(color).toColourspace(space).toColourspace(deepSpace);
      const png = await deep.png().toBuffer();
      expect(await sharp(png).metadata()).toMatchObject({ depth: 'ushort' });
      const gamma = pngChunk('gAMA', uint32(62_500));
      const input = Buffer.concat([png.subarray(0, 33), gamma, png.subarray(33)]);
      const { output } = await compress(input, { format: 'jpeg', quality: 95 });
      expect(await readPixel(output, 32, 32)).toEqual(closeTo([...seen, 255], 4));
    },
  );

  it('compressImage() keeps the colors of a PNG with cHRM', async () => {
    const input = await pngWith('#c02040', ['gAMA', uint32(45_455)], ['cHRM', SWAPPED]);
    const { output } = await compress(input, { format: 'webp', quality: 95 });
    expect(await readPixel(output, 32, 32)).toEqual(closeTo([32, 192, 64, 255], 8));
  });

  it('compressImage() keeps the colors of a PNG with cICP', async () => {
    const input = await pngWith('#800000', ['cICP', P3_POINTS]);
    const { output } = await compress(input, { format: 'webp', quality: 95 });
    expect(await readPixel(output, 32, 32)).toEqual(closeTo([140, 0, 0, 255], 6));
  });

  it('compressImage() ignores gAMA in a PNG that also has an sRGB chunk', async () => {
    const input = await pngWith('#666666', ['sRGB', Buffer.from([0])], ['gAMA', uint32(62_500)]);
    const { output } = await compress(input, { format: 'webp', quality: 95 });
    expect(await readPixel(output, 32, 32)).toEqual(closeTo([102, 102, 102, 255], 3));
  });

  it('compressImage() keeps the colors of a profile that is wrongly named sRGB', async () => {
    const p3 = await flat('#20c040').withIccProfile('p3').png().toBuffer();
    const icc = (await sharp(p3).metadata()).icc!;
    const tags = Array.from({ length: icc.readUInt32BE(128) }, (_, i): [string, Buffer] => {
      const at = 132 + 12 * i;
      const [start, length] = [icc.readUInt32BE(at + 4), icc.readUInt32BE(at + 8)];
      return [icc.toString('latin1', at, at + 4), icc.subarray(start, start + length)];
    }).map(([name, body]): [string, Buffer] => [
      name,
      name === 'desc' ? descriptionTag('sRGB') : body,
    ]);
    const { output, metadata } = await compress(
      withIccp(p3, serializeProfile('RGB ', 'mntr', tags)),
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
    const wide = withNclx(avif, 12);
    expect((await compress(wide)).output.equals(wide)).toBe(true);
    const [plain, converted] = await Promise.all(
      [avif, wide].map(async (input) => (await compress(input, { format: 'jpeg' })).output),
    );
    expect(await saturation(converted)).toBeGreaterThan((await saturation(plain)) * 1.05);
  });
});

describe('compressImage() of a high dynamic range AVIF', () => {
  it('compressImage() of a high dynamic range AVIF keeps it, and tone-maps a JPEG like one from an equal PNG', async () => {
    const flatGray = flat('#808080');
    const hdr = withNclx(await flatGray.avif({ quality: 95 }).toBuffer(), 9, 16);
    expect((await compress(hdr)).output.equals(hdr)).toBe(true);
    const { output } = await compress(hdr, { format: 'jpeg', quality: 95 });
    expect(await readPixel(output, 32, 32)).toEqual(closeTo([132, 132, 132, 255], 4));
  });

  it('compressImage() of a high dynamic range AVIF keeps it even if the XMP of metadata=copyright does not fit', async () => {
    const image = photograph(160, 120).avif({ quality: 95 });
    const exif = { IFD0: { Copyright: 'K' } };
    const hdr = withNclx(await image.withExif(exif).toBuffer(), 9, 16);
    const { output } = await compress(hdr, { metadata: 'copyright' });
    const [before, after] = await Promise.all(
      [hdr, output].map((bytes) => sharp(bytes).raw().toBuffer()),
    );
    expect(after.equals(before)).toBe(true);
    expect(output.includes('nclx')).toBe(true);
  });
});

async function saturation(image: Buffer): Promise<number> {
  const data = await sharp(image).raw().toBuffer();
  let sum = 0;
  for (let at = 0; at < data.length; at += 3) {
    const pixel = data.subarray(at, at + 3);
    sum += Math.max(...pixel) - Math.min(...pixel);
  }
  return sum;
}

function withIccp(png: Buffer, profile: Buffer): Buffer {
  const at = png.indexOf('iCCP') - 4;
  const end = at + 12 + png.readUInt32BE(at);
  const body = Buffer.concat([Buffer.from('x\0\0', 'latin1'), deflateSync(profile)]);
  return Buffer.concat([png.subarray(0, at), pngChunk('iCCP', body), png.subarray(end)]);
}

/** The AVIF with primaries and transfer of H.273 among its properties. */
function withNclx(avif: Buffer, primaries: number, transfer = 13): Buffer {
  const added = Buffer.from('\0\0\0\x13colrnclx\0\0\0\x0d\0\x06\x80', 'latin1');
  added.writeUInt16BE(primaries, 12);
  added.writeUInt16BE(transfer, 14);
  const container = avif.indexOf('ipco') - 4;
  const end = container + avif.readUInt32BE(container);
  const file = Buffer.concat([avif.subarray(0, end), added, avif.subarray(end)]);
  for (const type of ['meta', 'iprp', 'ipco']) {
    const at = file.indexOf(type) - 4;
    file.writeUInt32BE(file.readUInt32BE(at) + added.length, at);
  }
  const data = avif.indexOf('mdat') + 4;
  const location = file.indexOf('iloc');
  /** @returns the end of the item that began at this position */
  const shiftItem = (start: number): number => {
    const position = Buffer.alloc(4);
    position.writeUInt32BE(start);
    const at = file.indexOf(position, location);
    expect(at).toBeGreaterThan(location);
    // The count and the offset of the extent are before its length.
    const length = file.readUInt32BE(at + 10);
    file.writeUInt32BE(start + added.length, at);
    return start + length;
  };
  let next = shiftItem(data);
  while (next < avif.length) next = shiftItem(next);
  return file;
}
