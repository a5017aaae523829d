import { beforeAll, describe, expect, it } from 'vitest';
import { assertNoCorruptResult, decodeStrictly } from '../../../../test/support/damaged-jpegs.js';
import { jpegSettings } from '../encode/encoder-settings.js';
import { sharp } from '../decode/image-library.js';
import { ssimulacra2 } from '../score/ssimulacra2.js';
import { libraryQuantizationTables } from './library-quantization-tables.js';
import { requantizeJpeg } from './requantize-jpeg.js';

const WIDTH = 203;
const HEIGHT = 117;
let source: Buffer;
let pixels: Buffer;

beforeAll(async () => {
  pixels = photograph(WIDTH, HEIGHT);
  source = await asJpeg({ quality: 90 });
});

/** Slopes, edges and grain in all three colors. */
function photograph(width: number, height: number): Buffer {
  const made = Buffer.alloc(width * height * 3);
  let grain = 7;
  for (let i = 0; i < made.length; i++) {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    grain = (Math.imul(grain, 1103515245) + 12345) & 0x7fffffff;
    const edge = (x >> 5) + (y >> 4) + (i % 3);
    made[i] = Math.min(255, x / 2 + y / 3 + (edge % 2) * 60 + ((grain >> 16) % 24));
  }
  return made;
}

const asJpeg = (settings: Parameters<ReturnType<typeof sharp>['jpeg']>[0]) =>
  sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg(settings)
    .toBuffer();

/** Peak signal to noise ratio in decibels. */
async function psnr(jpeg: Buffer, of: Buffer): Promise<number> {
  const [one, other] = await Promise.all([jpeg, of].map((image) => decodeStrictly(image)));
  expect(one.length).toBe(other.length);
  const error = one.reduce((sum, value, i) => sum + (value - other[i]) ** 2, 0) / one.length;
  return 10 * Math.log10((255 * 255) / error);
}

async function scoreOf(jpeg: Buffer): Promise<number> {
  const image = (data: Buffer) => ({ data, width: WIDTH, height: HEIGHT, channels: 3 });
  return ssimulacra2(image(await decodeStrictly(source)), image(await decodeStrictly(jpeg)));
}

describe('requantizeJpeg()', () => {
  it.each([20, 30, 50, 75, 85])(
    'requantizeJpeg() returns an image close to the output of sharp at quality %i',
    async (quality) => {
      const recoded = requantizeJpeg(source, await libraryQuantizationTables(quality))!;
      const encoded = await sharp(source).jpeg(jpegSettings(quality)).toBuffer();
      expect(await psnr(recoded, source)).toBeGreaterThan((await psnr(encoded, source)) - 0.3);
      expect(recoded.length).toBeLessThan(encoded.length);
    },
  );

  it.each([30, 50, 75, 90])(
    'requantizeJpeg() reaches the score of the default sharp settings at quality %i with fewer bytes',
    async (quality) => {
      const recoded = requantizeJpeg(source, await libraryQuantizationTables(quality))!;
      const encoded = await sharp(source).jpeg({ quality }).toBuffer();
      const [ours, theirs] = [await scoreOf(recoded), await scoreOf(encoded)];
      expect(ours).toBeGreaterThanOrEqual(theirs);
      expect(recoded.length).toBeLessThan(encoded.length);
    },
  );

  it('requantizeJpeg() is lossless when the tables are already coarse enough', async () => {
    const poor = await asJpeg({ quality: 10 });
    const recoded = requantizeJpeg(poor, await libraryQuantizationTables(50))!;
    expect(await psnr(recoded, poor)).toBe(Infinity);
    expect(recoded.length).toBeLessThanOrEqual(poor.length);
    expect(requantizeJpeg(recoded, await libraryQuantizationTables(50))!.equals(recoded)).toBe(
      true,
    );
  });

  it.each([{ progressive: false }, { progressive: true }])(
    'requantizeJpeg() is lossless for a JPEG that was saved at the wanted quality with other tables (%o)',
    async ({ progressive }) => {
      for (const quality of [50, 75]) {
        const saved = await asJpeg({ quality, progressive });
        const recoded = requantizeJpeg(saved, await libraryQuantizationTables(quality))!;
        expect(await psnr(recoded, saved)).toBe(Infinity);
      }
    },
  );

  it('requantizeJpeg() uses the wanted tables for a JPEG that was saved at a clearly higher quality', async () => {
    const saved = await asJpeg({ quality: 60 });
    const recoded = requantizeJpeg(saved, await libraryQuantizationTables(50))!;
    expect(recoded.length).toBeLessThan(0.95 * saved.length);
  });

  it('requantizeJpeg() accepts a gray JPEG', async () => {
    const gray = await sharp(source).toColourspace('b-w').jpeg({ quality: 90 }).toBuffer();
    const recoded = requantizeJpeg(gray, await libraryQuantizationTables(50))!;
    const encoded = await sharp(gray).toColourspace('b-w').jpeg(jpegSettings(50)).toBuffer();
    expect(await psnr(recoded, gray)).toBeGreaterThan((await psnr(encoded, gray)) - 0.3);
    expect(recoded.length).toBeLessThan(encoded.length);
  });

  it('requantizeJpeg() accepts a JPEG of one pixel', async () => {
    const dot = await sharp(source).extract({ left: 9, top: 9, width: 1, height: 1 }).toBuffer();
    expect(
      await psnr(requantizeJpeg(dot, await libraryQuantizationTables(50))!, dot),
    ).toBeGreaterThan(30);
  });

  it('requantizeJpeg() accepts restart intervals', async () => {
    const recoded = requantizeJpeg(grayWithRestarts(), await libraryQuantizationTables(50))!;
    const { data, info } = await sharp(recoded).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([80, 8]);
    expect(new Set(data)).toEqual(new Set([128]));
    const shuffled = grayWithRestarts([0, 2, 1, 3, 4, 5, 6, 7, 0]);
    expect(requantizeJpeg(shuffled, await libraryQuantizationTables(50))).toBeUndefined();
  });

  it('requantizeJpeg() keeps only the image data', async () => {
    const encodeSource = () => sharp(source).jpeg({ quality: 90 });
    const withMetadata = await encodeSource()
      .withExif({ IFD0: { Copyright: 'me' } })
      .toBuffer();
    const plain = await encodeSource().toBuffer();
    expect(withMetadata.length).toBeGreaterThan(plain.length);
    const steps = await libraryQuantizationTables(50);
    expect(requantizeJpeg(withMetadata, steps)).toEqual(requantizeJpeg(plain, steps));
  });
});

describe('requantizeJpeg() returns undefined for a JPEG', () => {
  it('requantizeJpeg() returns undefined for a JPEG in CMYK', async () => {
    const cmyk = await sharp(source).toColourspace('cmyk').jpeg().toBuffer();
    expect(requantizeJpeg(cmyk, await libraryQuantizationTables(50))).toBeUndefined();
  });

  it('requantizeJpeg() returns undefined for a JPEG that an Adobe segment marks as RGB, even if shorter segments follow', async () => {
    const adobe = (...bytes: number[]) =>
      Buffer.from([0xff, 0xee, 0, 7 + bytes.length, ...Buffer.from('Adobe'), ...bytes]);
    const inRgb = adobe(0, 100, 0, 0, 0, 0, 0);
    const withSegments = (...segments: Buffer[]) =>
      Buffer.concat([source.subarray(0, 2), ...segments, source.subarray(2)]);
    const steps = await libraryQuantizationTables(50);
    expect(requantizeJpeg(withSegments(adobe()), steps)).toBeDefined();
    expect(requantizeJpeg(withSegments(inRgb), steps)).toBeUndefined();
    expect(requantizeJpeg(withSegments(inRgb, adobe()), steps)).toBeUndefined();
  });

  it('requantizeJpeg() returns undefined for a JPEG that consists of hundreds of thousands of tables', async () => {
    const table = Buffer.from([
      0xff,
      0xc4,
      0,
      20,
      0x10,
      1,
      ...Array.from({ length: 15 }, () => 0),
      0,
    ]);
    const tables = Buffer.concat(Array.from({ length: 350_000 }, () => table));
    const steps = await libraryQuantizationTables(50);
    expect(
      requantizeJpeg(Buffer.concat([Buffer.from([0xff, 0xd8]), tables]), steps),
    ).toBeUndefined();
  });

  it('requantizeJpeg() returns undefined for a JPEG that is truncated at any byte', async () => {
    const steps = await libraryQuantizationTables(50);
    for (let length = 0; length < source.length; length += 7) {
      expect(requantizeJpeg(source.subarray(0, length), steps)).toBeUndefined();
    }
  });

  it('requantizeJpeg() returns undefined for a damaged JPEG unless its data forms a complete image', async () => {
    const steps = await libraryQuantizationTables(50);
    const recode = (damaged: Buffer) => requantizeJpeg(damaged, steps);
    await expect(assertNoCorruptResult(source, recode, 300)).resolves.toBeUndefined();
  });
});

/** Ten gray blocks, each its own interval: `00` no difference, `1010` end of block, two ones. */
function grayWithRestarts(numbers = [0, 1, 2, 3, 4, 5, 6, 7, 0]): Buffer {
  const steps = [0xff, 0xdb, 0, 67, 0, ...Array.from({ length: 64 }, () => 8)];
  const frame = [0xff, 0xc0, 0, 11, 8, 0, 8, 0, 80, 1, 1, 0x11, 0];
  const table = (which: number, lengths: number[], values: number[]) => {
    const counts = Array.from({ length: 16 }, (_, i) => lengths[i] ?? 0);
    return [0xff, 0xc4, 0, 19 + values.length, which, ...counts, ...values];
  };
  // 00 for DC; 00, 01, 100 and 1010 for AC, the last of which is the end of the block.
  const tables = [...table(0, [0, 1], [0]), ...table(0x10, [0, 2, 1, 1], [1, 2, 3, 0])];
  const scan = [0xff, 0xdd, 0, 4, 0, 1, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
  const data = [0x2b, ...numbers.flatMap((number) => [0xff, 0xd0 + number, 0x2b])];
  return Buffer.from([0xff, 0xd8, ...steps, ...frame, ...tables, ...scan, ...data, 0xff, 0xd9]);
}
