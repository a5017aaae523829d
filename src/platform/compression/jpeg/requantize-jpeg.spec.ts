import { beforeAll, describe, expect, it } from 'vitest';
import { assertNoCorruptResult, decodeStrictly } from '../../../../test/support/damaged-jpegs.js';
import { createJpegSettings } from '../encode/encoder-settings.js';
import { sharp } from '../decode/image-library.js';
import { computeSsimulacra2 } from '../score/ssimulacra2.js';
import { getSharpQuantizationTables } from './sharp-quantization-tables.js';
import { requantizeJpeg } from './requantize-jpeg.js';

const WIDTH = 203;
const HEIGHT = 117;
let source: Buffer;
let pixels: Buffer;

beforeAll(async () => {
  pixels = drawPhotograph(WIDTH, HEIGHT);
  source = await encodeJpeg({ quality: 90 });
});

/** Draws slopes, edges and grain in all three colors. */
function drawPhotograph(width: number, height: number): Buffer {
  const samples = Buffer.alloc(width * height * 3);
  let grain = 7;
  for (let i = 0; i < samples.length; i++) {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    grain = (Math.imul(grain, 1103515245) + 12345) & 0x7fffffff;
    const edge = (x >> 5) + (y >> 4) + (i % 3);
    samples[i] = Math.min(255, x / 2 + y / 3 + (edge % 2) * 60 + ((grain >> 16) % 24));
  }
  return samples;
}

const encodeJpeg = (settings: Parameters<ReturnType<typeof sharp>['jpeg']>[0]) =>
  sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg(settings)
    .toBuffer();

/** Computes the peak signal-to-noise ratio in decibels. */
async function computePsnr(jpeg: Buffer, reference: Buffer): Promise<number> {
  const [actual, expected] = await Promise.all(
    [jpeg, reference].map((image) => decodeStrictly(image)),
  );
  expect(actual.length).toBe(expected.length);
  const error =
    actual.reduce((sum, value, i) => sum + (value - expected[i]) ** 2, 0) / actual.length;
  return 10 * Math.log10((255 * 255) / error);
}

async function computeScore(jpeg: Buffer): Promise<number> {
  const toRawImage = (data: Buffer) => ({ data, width: WIDTH, height: HEIGHT, channels: 3 });
  return computeSsimulacra2(
    toRawImage(await decodeStrictly(source)),
    toRawImage(await decodeStrictly(jpeg)),
  );
}

describe('requantizeJpeg()', () => {
  it.each([20, 30, 50, 75, 85])(
    'requantizeJpeg() returns an image close to the output of sharp at quality %i',
    async (quality) => {
      const requantized = requantizeJpeg(source, await getSharpQuantizationTables(quality))!;
      const encoded = await sharp(source).jpeg(createJpegSettings(quality)).toBuffer();
      expect(await computePsnr(requantized, source)).toBeGreaterThan(
        (await computePsnr(encoded, source)) - 0.3,
      );
      expect(requantized.length).toBeLessThan(encoded.length);
    },
  );

  it.each([30, 50, 75, 90])(
    'requantizeJpeg() reaches the score of the default sharp settings at quality %i with fewer bytes',
    async (quality) => {
      const requantized = requantizeJpeg(source, await getSharpQuantizationTables(quality))!;
      const encoded = await sharp(source).jpeg({ quality }).toBuffer();
      const [requantizedScore, sharpScore] = [
        await computeScore(requantized),
        await computeScore(encoded),
      ];
      expect(requantizedScore).toBeGreaterThanOrEqual(sharpScore);
      expect(requantized.length).toBeLessThan(encoded.length);
    },
  );

  it('requantizeJpeg() is lossless if the source tables are already coarse enough', async () => {
    const coarseJpeg = await encodeJpeg({ quality: 10 });
    const requantized = requantizeJpeg(coarseJpeg, await getSharpQuantizationTables(50))!;
    expect(await computePsnr(requantized, coarseJpeg)).toBe(Infinity);
    expect(requantized.length).toBeLessThanOrEqual(coarseJpeg.length);
    expect(
      requantizeJpeg(requantized, await getSharpQuantizationTables(50))!.equals(requantized),
    ).toBe(true);
  });

  it.each([{ progressive: false }, { progressive: true }])(
    'requantizeJpeg() is lossless for a JPEG that was saved at the requested quality with other tables (%o)',
    async ({ progressive }) => {
      for (const quality of [50, 75]) {
        const savedJpeg = await encodeJpeg({ quality, progressive });
        const requantized = requantizeJpeg(savedJpeg, await getSharpQuantizationTables(quality))!;
        expect(await computePsnr(requantized, savedJpeg)).toBe(Infinity);
      }
    },
  );

  it('requantizeJpeg() uses the requested tables for a JPEG that was saved at a clearly higher quality', async () => {
    const savedJpeg = await encodeJpeg({ quality: 60 });
    const requantized = requantizeJpeg(savedJpeg, await getSharpQuantizationTables(50))!;
    expect(requantized.length).toBeLessThan(0.95 * savedJpeg.length);
  });

  it('requantizeJpeg() accepts a gray JPEG', async () => {
    const grayJpeg = await sharp(source).toColourspace('b-w').jpeg({ quality: 90 }).toBuffer();
    const requantized = requantizeJpeg(grayJpeg, await getSharpQuantizationTables(50))!;
    const encoded = await sharp(grayJpeg)
      .toColourspace('b-w')
      .jpeg(createJpegSettings(50))
      .toBuffer();
    expect(await computePsnr(requantized, grayJpeg)).toBeGreaterThan(
      (await computePsnr(encoded, grayJpeg)) - 0.3,
    );
    expect(requantized.length).toBeLessThan(encoded.length);
  });

  it('requantizeJpeg() accepts a one-pixel JPEG', async () => {
    const onePixelJpeg = await sharp(source)
      .extract({ left: 9, top: 9, width: 1, height: 1 })
      .toBuffer();
    expect(
      await computePsnr(
        requantizeJpeg(onePixelJpeg, await getSharpQuantizationTables(50))!,
        onePixelJpeg,
      ),
    ).toBeGreaterThan(30);
  });

  it('requantizeJpeg() accepts restart intervals', async () => {
    const requantized = requantizeJpeg(
      createGrayJpegWithRestarts(),
      await getSharpQuantizationTables(50),
    )!;
    const { data, info } = await sharp(requantized).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([80, 8]);
    expect(new Set(data)).toEqual(new Set([128]));
    const shuffledJpeg = createGrayJpegWithRestarts([0, 2, 1, 3, 4, 5, 6, 7, 0]);
    expect(requantizeJpeg(shuffledJpeg, await getSharpQuantizationTables(50))).toBeUndefined();
  });

  it('requantizeJpeg() keeps only the image data', async () => {
    const encodeSource = () => sharp(source).jpeg({ quality: 90 });
    const jpegWithMetadata = await encodeSource()
      .withExif({ IFD0: { Copyright: 'me' } })
      .toBuffer();
    const plainJpeg = await encodeSource().toBuffer();
    expect(jpegWithMetadata.length).toBeGreaterThan(plainJpeg.length);
    const tables = await getSharpQuantizationTables(50);
    expect(requantizeJpeg(jpegWithMetadata, tables)).toEqual(requantizeJpeg(plainJpeg, tables));
  });
});

describe('requantizeJpeg() with an unsupported JPEG', () => {
  it('requantizeJpeg() returns undefined for a JPEG in CMYK', async () => {
    const cmykJpeg = await sharp(source).toColourspace('cmyk').jpeg().toBuffer();
    expect(requantizeJpeg(cmykJpeg, await getSharpQuantizationTables(50))).toBeUndefined();
  });

  it('requantizeJpeg() returns undefined for a JPEG that an Adobe segment marks as RGB, even if shorter segments follow', async () => {
    const createAdobeSegment = (...bytes: number[]) =>
      Buffer.from([0xff, 0xee, 0, 7 + bytes.length, ...Buffer.from('Adobe'), ...bytes]);
    const rgbSegment = createAdobeSegment(0, 100, 0, 0, 0, 0, 0);
    const insertSegments = (...segments: Buffer[]) =>
      Buffer.concat([source.subarray(0, 2), ...segments, source.subarray(2)]);
    const tables = await getSharpQuantizationTables(50);
    expect(requantizeJpeg(insertSegments(createAdobeSegment()), tables)).toBeDefined();
    expect(requantizeJpeg(insertSegments(rgbSegment), tables)).toBeUndefined();
    expect(
      requantizeJpeg(insertSegments(rgbSegment, createAdobeSegment()), tables),
    ).toBeUndefined();
  });

  it('requantizeJpeg() returns undefined for a JPEG that consists of hundreds of thousands of tables', async () => {
    const huffmanSegment = Buffer.from([
      0xff,
      0xc4,
      0,
      20,
      0x10,
      1,
      ...Array.from({ length: 15 }, () => 0),
      0,
    ]);
    const huffmanTables = Buffer.concat(Array.from({ length: 350_000 }, () => huffmanSegment));
    const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8]), huffmanTables]);
    expect(requantizeJpeg(jpeg, await getSharpQuantizationTables(50))).toBeUndefined();
  });

  it('requantizeJpeg() returns undefined for a JPEG that is truncated at any byte', async () => {
    const tables = await getSharpQuantizationTables(50);
    for (let length = 0; length < source.length; length += 7) {
      expect(requantizeJpeg(source.subarray(0, length), tables)).toBeUndefined();
    }
  });

  it('requantizeJpeg() returns undefined for a damaged JPEG unless its data forms a complete image', async () => {
    const tables = await getSharpQuantizationTables(50);
    const requantize = (damaged: Buffer) => requantizeJpeg(damaged, tables);
    await expect(assertNoCorruptResult(source, requantize, 300)).resolves.toBeUndefined();
  });
});

/**
 * Creates ten gray blocks, each in its own restart interval: `00` (no difference), `1010` (end of block), and two
 * padding bits.
 */
function createGrayJpegWithRestarts(restartNumbers = [0, 1, 2, 3, 4, 5, 6, 7, 0]): Buffer {
  const steps = [0xff, 0xdb, 0, 67, 0, ...Array.from({ length: 64 }, () => 8)];
  const frame = [0xff, 0xc0, 0, 11, 8, 0, 8, 0, 80, 1, 1, 0x11, 0];
  const createHuffmanSegment = (tableSelector: number, codeCounts: number[], values: number[]) => {
    const paddedCounts = Array.from({ length: 16 }, (_, i) => codeCounts[i] ?? 0);
    return [0xff, 0xc4, 0, 19 + values.length, tableSelector, ...paddedCounts, ...values];
  };
  // 00 for DC; 00, 01, 100 and 1010 for AC. 1010 is the end of the block.
  const tables = [
    ...createHuffmanSegment(0, [0, 1], [0]),
    ...createHuffmanSegment(0x10, [0, 2, 1, 1], [1, 2, 3, 0]),
  ];
  const scan = [0xff, 0xdd, 0, 4, 0, 1, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
  const data = [0x2b, ...restartNumbers.flatMap((number) => [0xff, 0xd0 + number, 0x2b])];
  return Buffer.from([0xff, 0xd8, ...steps, ...frame, ...tables, ...scan, ...data, 0xff, 0xd9]);
}
