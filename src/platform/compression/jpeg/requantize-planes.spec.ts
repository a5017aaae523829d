import { beforeAll, describe, expect, it } from 'vitest';
import { assertNoCorruptResult, decodeStrictly } from '../../../../test/support/damaged-jpegs.js';
import { createJpegSettings } from '../encode/encoder-settings.js';
import { sharp } from '../decode/image-library.js';
import { getSharpQuantizationTables } from './sharp-quantization-tables.js';
import { requantizeJpeg } from './requantize-jpeg.js';

const WIDTH = 203;
const HEIGHT = 117;

/** An image with slopes, edges and grain in all three colors. */
const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
let grain = 7;
for (let i = 0; i < pixels.length; i++) {
  const [x, y] = [Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
  grain = (Math.imul(grain, 1103515245) + 12345) & 0x7fffffff;
  const edge = (x >> 5) + (y >> 4) + (i % 3);
  pixels[i] = Math.min(255, x / 2 + y / 3 + (edge % 2) * 60 + ((grain >> 16) % 24));
}

type Settings = Parameters<ReturnType<typeof sharp>['jpeg']>[0];

const encodeJpeg = (settings: Settings, data = pixels) =>
  sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: 90, ...settings })
    .toBuffer();

async function computePsnr(jpeg: Buffer, reference: Buffer): Promise<number> {
  const [actual, expected] = await Promise.all([decodeStrictly(jpeg), decodeStrictly(reference)]);
  expect(actual.length).toBe(expected.length);
  const error =
    actual.reduce((sum, value, i) => sum + (value - expected[i]) ** 2, 0) / actual.length;
  return 10 * Math.log10((255 * 255) / error);
}

/** Returns the largest difference between the means of a channel, 0 to 255. */
async function computeMeanDifference(jpeg: Buffer, reference: Buffer): Promise<number> {
  const [actual, expected] = await Promise.all([sharp(jpeg).stats(), sharp(reference).stats()]);
  return Math.max(
    ...actual.channels.map(({ mean }, c) => Math.abs(mean - expected.channels[c].mean)),
  );
}

const readSubsampling = async (jpeg: Buffer) => (await sharp(jpeg).metadata()).chromaSubsampling;

const SOURCES: [string, Settings][] = [
  ['progressive 4:2:0', { progressive: true }],
  ['progressive 4:4:4', { progressive: true, chromaSubsampling: '4:4:4' }],
  ['baseline 4:4:4', { chromaSubsampling: '4:4:4' }],
];

describe.each(SOURCES)('requantizeJpeg() with a %s JPEG', (kind, settings) => {
  let source: Buffer;
  beforeAll(async () => {
    source = await encodeJpeg(settings);
  });

  it.each([20, 30, 50, 75])(
    `requantizeJpeg() returns an image close to the output of sharp for a ${kind} JPEG at quality %i, with fewer bytes`,
    async (quality) => {
      const requantized = requantizeJpeg(source, await getSharpQuantizationTables(quality))!;
      const encoded = await sharp(source).jpeg(createJpegSettings(quality)).toBuffer();
      expect(await computePsnr(requantized, source)).toBeGreaterThan(
        (await computePsnr(encoded, source)) - 0.4,
      );
      expect(requantized.length).toBeLessThan(encoded.length);
      expect(await computeMeanDifference(requantized, source)).toBeLessThan(1);
      expect(await readSubsampling(requantized)).toBe('4:2:0');
    },
  );

  it(`requantizeJpeg() returns undefined for a ${kind} JPEG that is truncated at any byte`, async () => {
    const tables = await getSharpQuantizationTables(50);
    for (let length = 0; length < source.length; length += 13) {
      expect(requantizeJpeg(source.subarray(0, length), tables)).toBeUndefined();
    }
  });

  it(`requantizeJpeg() returns undefined for a damaged ${kind} JPEG unless its data forms a complete image`, async () => {
    const tables = await getSharpQuantizationTables(50);
    const requantize = (damaged: Buffer) => requantizeJpeg(damaged, tables);
    await expect(assertNoCorruptResult(source, requantize, 200)).resolves.toBeUndefined();
  });
});

describe('requantizeJpeg()', () => {
  it('requantizeJpeg() returns the same bytes for a baseline and a progressive JPEG with hundreds of MCUs', async () => {
    const encodeScaled = (progressive: boolean) =>
      sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
        .resize(640, 320, { fit: 'fill' })
        .jpeg({ quality: 90, progressive })
        .toBuffer();
    const tables = await getSharpQuantizationTables(50);
    const baseline = requantizeJpeg(await encodeScaled(false), tables)!;
    expect(requantizeJpeg(await encodeScaled(true), tables)!.equals(baseline)).toBe(true);
  });

  it('requantizeJpeg() returns the same bytes for a progressive and a baseline 4:4:4 JPEG with identical coefficients', async () => {
    const tables = await getSharpQuantizationTables(50);
    const fullChroma = { chromaSubsampling: '4:4:4' } as const;
    const baseline = requantizeJpeg(await encodeJpeg(fullChroma), tables)!;
    const progressive = requantizeJpeg(
      await encodeJpeg({ ...fullChroma, progressive: true }),
      tables,
    )!;
    expect(progressive.equals(baseline)).toBe(true);
  });

  it('requantizeJpeg() is lossless for a progressive JPEG whose quantization is already coarse enough', async () => {
    const coarseJpeg = await encodeJpeg({ quality: 10, progressive: true });
    const requantized = requantizeJpeg(coarseJpeg, await getSharpQuantizationTables(50))!;
    expect(await computePsnr(requantized, coarseJpeg)).toBe(Infinity);
  });

  it('requantizeJpeg() accepts a gray progressive JPEG and a one-pixel progressive JPEG', async () => {
    const gray = await sharp(await encodeJpeg({}))
      .toColourspace('b-w')
      .jpeg({ quality: 90, progressive: true })
      .toBuffer();
    const encoded = await sharp(gray).toColourspace('b-w').jpeg(createJpegSettings(50)).toBuffer();
    const requantized = requantizeJpeg(gray, await getSharpQuantizationTables(50))!;
    expect(await computePsnr(requantized, gray)).toBeGreaterThan(
      (await computePsnr(encoded, gray)) - 0.4,
    );
    const onePixelJpeg = await sharp(await encodeJpeg({}))
      .extract({ left: 9, top: 9, width: 1, height: 1 })
      .jpeg({ progressive: true, chromaSubsampling: '4:4:4' })
      .toBuffer();
    expect(
      await computePsnr(
        requantizeJpeg(onePixelJpeg, await getSharpQuantizationTables(50))!,
        onePixelJpeg,
      ),
    ).toBeGreaterThan(30);
  });

  it('requantizeJpeg() keeps 4:4:4 with almost no loss if keepsFullChroma is true', async () => {
    const source = await encodeJpeg({ quality: 60, chromaSubsampling: '4:4:4' });
    const requantized = requantizeJpeg(source, await getSharpQuantizationTables(95), true)!;
    expect(await readSubsampling(requantized)).toBe('4:4:4');
    expect(await computePsnr(requantized, source)).toBeGreaterThan(45);
  });

  it('requantizeJpeg() keeps 4:4:4 if one-pixel colored lines would blur', async () => {
    const lines = Buffer.from(pixels);
    for (let i = 0; i < lines.length; i += 3) {
      const x = (i / 3) % WIDTH;
      if (x % 3 === 0 && x < 100) lines.set([230, 10, 20], i);
    }
    const source = await encodeJpeg({ chromaSubsampling: '4:4:4' }, lines);
    expect(
      await readSubsampling(requantizeJpeg(source, await getSharpQuantizationTables(50))!),
    ).toBe('4:4:4');
  });

  it('requantizeJpeg() returns undefined for a progressive JPEG with too many scans', async () => {
    const source = await encodeJpeg({ progressive: true });
    const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0, 0]);
    const jpegWithManyScans = Buffer.concat([
      source.subarray(0, -2),
      ...Array.from({ length: 100_000 }, () => scan),
      source.subarray(-2),
    ]);
    expect(requantizeJpeg(jpegWithManyScans, await getSharpQuantizationTables(50))).toBeUndefined();
  });

  it('requantizeJpeg() returns undefined for a progressive JPEG with too many pixels', async () => {
    const source = await encodeJpeg({ progressive: true });
    const oversizedJpeg = Buffer.from(source);
    const frame = oversizedJpeg.indexOf(Buffer.from([0xff, 0xc2]));
    oversizedJpeg.writeUInt16BE(65_500, frame + 5);
    oversizedJpeg.writeUInt16BE(65_500, frame + 7);
    expect(requantizeJpeg(oversizedJpeg, await getSharpQuantizationTables(50))).toBeUndefined();
  });
});
