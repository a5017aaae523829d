import { beforeAll, describe, expect, it } from 'vitest';
import { assertNoCorruptResult, decodeStrictly } from '../../../../test/support/damaged-jpegs.js';
import { jpegSettings } from '../encode/encoder-settings.js';
import { sharp } from '../decode/image-library.js';
import { libraryQuantizationTables } from './library-quantization-tables.js';
import { requantizeJpeg } from './requantize-jpeg.js';

const WIDTH = 203;
const HEIGHT = 117;

/** Slopes, edges and grain in all three colors. */
const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
let grain = 7;
for (let i = 0; i < pixels.length; i++) {
  const [x, y] = [Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
  grain = (Math.imul(grain, 1103515245) + 12345) & 0x7fffffff;
  const edge = (x >> 5) + (y >> 4) + (i % 3);
  pixels[i] = Math.min(255, x / 2 + y / 3 + (edge % 2) * 60 + ((grain >> 16) % 24));
}

type Settings = Parameters<ReturnType<typeof sharp>['jpeg']>[0];

const asJpeg = (settings: Settings, data = pixels) =>
  sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: 90, ...settings })
    .toBuffer();

async function psnr(jpeg: Buffer, of: Buffer): Promise<number> {
  const [one, other] = await Promise.all([decodeStrictly(jpeg), decodeStrictly(of)]);
  expect(one.length).toBe(other.length);
  const error = one.reduce((sum, value, i) => sum + (value - other[i]) ** 2, 0) / one.length;
  return 10 * Math.log10((255 * 255) / error);
}

/** Largest difference of the mean of a channel, 0 to 255. */
async function meanDifference(jpeg: Buffer, of: Buffer): Promise<number> {
  const [one, other] = await Promise.all([sharp(jpeg).stats(), sharp(of).stats()]);
  return Math.max(...one.channels.map(({ mean }, c) => Math.abs(mean - other.channels[c].mean)));
}

const subsamplingOf = async (jpeg: Buffer) => (await sharp(jpeg).metadata()).chromaSubsampling;

const SOURCES: [string, Settings][] = [
  ['progressive 4:2:0', { progressive: true }],
  ['progressive 4:4:4', { progressive: true, chromaSubsampling: '4:4:4' }],
  ['baseline 4:4:4', { chromaSubsampling: '4:4:4' }],
];

describe.each(SOURCES)('requantizeJpeg() of a %s JPEG', (kind, settings) => {
  let source: Buffer;
  beforeAll(async () => {
    source = await asJpeg(settings);
  });

  it.each([20, 30, 50, 75])(
    `requantizeJpeg() of a ${kind} JPEG returns an image close to the output of sharp at quality %i, in fewer bytes`,
    async (quality) => {
      const recoded = requantizeJpeg(source, await libraryQuantizationTables(quality))!;
      const encoded = await sharp(source).jpeg(jpegSettings(quality)).toBuffer();
      expect(await psnr(recoded, source)).toBeGreaterThan((await psnr(encoded, source)) - 0.4);
      expect(recoded.length).toBeLessThan(encoded.length);
      expect(await meanDifference(recoded, source)).toBeLessThan(1);
      expect(await subsamplingOf(recoded)).toBe('4:2:0');
    },
  );

  it(`requantizeJpeg() of a ${kind} JPEG returns undefined for every truncated file`, async () => {
    const steps = await libraryQuantizationTables(50);
    for (let length = 0; length < source.length; length += 13) {
      expect(requantizeJpeg(source.subarray(0, length), steps)).toBeUndefined();
    }
  });

  it(`requantizeJpeg() of a ${kind} JPEG returns undefined for damaged data without a complete image`, async () => {
    const steps = await libraryQuantizationTables(50);
    const recode = (damaged: Buffer) => requantizeJpeg(damaged, steps);
    await expect(assertNoCorruptResult(source, recode, 200)).resolves.toBeUndefined();
  });
});

describe('requantizeJpeg()', () => {
  it('requantizeJpeg() returns the same bytes with all coefficients of hundreds of MCUs in memory and with one at a time', async () => {
    const scaled = (progressive: boolean) =>
      sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
        .resize(640, 320, { fit: 'fill' })
        .jpeg({ quality: 90, progressive })
        .toBuffer();
    const steps = await libraryQuantizationTables(50);
    const baseline = requantizeJpeg(await scaled(false), steps)!;
    expect(requantizeJpeg(await scaled(true), steps)!.equals(baseline)).toBe(true);
  });

  it('requantizeJpeg() returns the same bytes for a progressive and a baseline JPEG with equal coefficients', async () => {
    const steps = await libraryQuantizationTables(50);
    const full = { chromaSubsampling: '4:4:4' } as const;
    const baseline = requantizeJpeg(await asJpeg(full), steps)!;
    const progressive = requantizeJpeg(await asJpeg({ ...full, progressive: true }), steps)!;
    expect(progressive.equals(baseline)).toBe(true);
  });

  it('requantizeJpeg() of a JPEG with all coefficients in memory is lossless when the quantization is coarse enough', async () => {
    const poor = await asJpeg({ quality: 10, progressive: true });
    const recoded = requantizeJpeg(poor, await libraryQuantizationTables(50))!;
    expect(await psnr(recoded, poor)).toBe(Infinity);
  });

  it('requantizeJpeg() of a JPEG with all coefficients in memory accepts a gray JPEG of one pixel', async () => {
    const gray = await sharp(await asJpeg({}))
      .toColourspace('b-w')
      .jpeg({ quality: 90, progressive: true })
      .toBuffer();
    const encoded = await sharp(gray).toColourspace('b-w').jpeg(jpegSettings(50)).toBuffer();
    const recoded = requantizeJpeg(gray, await libraryQuantizationTables(50))!;
    expect(await psnr(recoded, gray)).toBeGreaterThan((await psnr(encoded, gray)) - 0.4);
    const dot = await sharp(await asJpeg({}))
      .extract({ left: 9, top: 9, width: 1, height: 1 })
      .jpeg({ progressive: true, chromaSubsampling: '4:4:4' })
      .toBuffer();
    expect(
      await psnr(requantizeJpeg(dot, await libraryQuantizationTables(50))!, dot),
    ).toBeGreaterThan(30);
  });

  it('requantizeJpeg() of a JPEG with all coefficients in memory keeps 4:4:4 losslessly when requested', async () => {
    const source = await asJpeg({ quality: 60, chromaSubsampling: '4:4:4' });
    const recoded = requantizeJpeg(source, await libraryQuantizationTables(95), true)!;
    expect(await subsamplingOf(recoded)).toBe('4:4:4');
    expect(await psnr(recoded, source)).toBeGreaterThan(45);
  });

  it('requantizeJpeg() of a JPEG with all coefficients in memory keeps 4:4:4 if one-pixel colored lines would blur', async () => {
    const lines = Buffer.from(pixels);
    for (let i = 0; i < lines.length; i += 3) {
      const x = (i / 3) % WIDTH;
      if (x % 3 === 0 && x < 100) lines.set([230, 10, 20], i);
    }
    const source = await asJpeg({ chromaSubsampling: '4:4:4' }, lines);
    expect(await subsamplingOf(requantizeJpeg(source, await libraryQuantizationTables(50))!)).toBe(
      '4:4:4',
    );
  });

  it('requantizeJpeg() of a JPEG with all coefficients in memory returns undefined for too many scans', async () => {
    const source = await asJpeg({ progressive: true });
    const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0, 0]);
    const many = Buffer.concat([
      source.subarray(0, -2),
      ...Array.from({ length: 100_000 }, () => scan),
      source.subarray(-2),
    ]);
    expect(requantizeJpeg(many, await libraryQuantizationTables(50))).toBeUndefined();
  });

  it('requantizeJpeg() of a JPEG with all coefficients in memory returns undefined for too many pixels', async () => {
    const source = await asJpeg({ progressive: true });
    const huge = Buffer.from(source);
    const frame = huge.indexOf(Buffer.from([0xff, 0xc2]));
    huge.writeUInt16BE(65_500, frame + 5);
    huge.writeUInt16BE(65_500, frame + 7);
    expect(requantizeJpeg(huge, await libraryQuantizationTables(50))).toBeUndefined();
  });
});
