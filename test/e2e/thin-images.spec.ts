import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AppError } from '../../src/platform/errors/app-error.js';
import type { CompressionOptions } from '../../src/platform/compression/compression-options.js';
import {
  IMAGE_FORMATS,
  type ImageFormat,
} from '../../src/platform/compression/inspect/image-format.js';
import { DecoderPool } from '../../src/platform/compression/decoder-pool/decoder-pool.js';
import { createFlatImage } from '../support/bombs.js';
import { DecoderPeaks } from '../support/decoder-peaks.js';
import { blackPng, blackTiff } from '../support/thin-images.js';

const MiB = 1024 * 1024;
const BUDGET_MIB = 512;

let folder: string;
let peaks: DecoderPeaks;
let pool: DecoderPool;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pressroom-thin-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => pool?.stop());

async function start(maxMemoryMiB = BUDGET_MIB): Promise<void> {
  peaks = await DecoderPeaks.create(await mkdtemp(join(folder, 'decoder-')));
  pool = new DecoderPool({
    size: 1,
    entry: peaks.entryUrl,
    limits: { maxPixels: 50_000_000, maxFrames: 100, maxMemoryBytes: maxMemoryMiB * MiB },
    timeoutSeconds: 50,
    maxWaiting: 100,
    stopSeconds: 5,
  });
}

/** Returns the code of the error, or `completed`. Fails when the decoder did not report its peak. */
async function outcomeOf(image: Buffer, format: CompressionOptions['format'] = 'original') {
  const source = join(folder, `${(files += 1)}`);
  await writeFile(source, image);
  const task = { source, target: `${source}.out`, options: { quality: 50, format } };
  const answers = peaks.readResponsePeaks().length;
  const outcome = await pool.compressImage(task).then(
    () => 'completed',
    (error: AppError) => error.code,
  );
  expect(peaks.readResponsePeaks()).toHaveLength(answers + 1);
  return outcome;
}

describe.runIf(process.platform === 'linux')('A decoder process', () => {
  it('A decoder process rejects sides of millions of pixels from the header, without allocating memory', async () => {
    await start();
    const thin = {
      'png, one line, 1 bit': blackPng({ width: 49_000_000, height: 1, depth: 1 }),
      'png, one line, 64 bits': blackPng({ width: 6_000_000, height: 1, color: 'rgba', depth: 16 }),
      'png, one column': blackPng({ width: 1, height: 9_000_000 }),
      'png, a ribbon': blackPng({ width: 1_000_000, height: 49 }),
      'tiff, one line': blackTiff(12_000_000, 1, 16),
      'tiff, one column': blackTiff(1, 9_000_000),
    };
    for (const [name, image] of Object.entries(thin)) {
      expect([name, await outcomeOf(image)]).toEqual([name, 'image_side_too_long']);
    }
    expect(peaks.maxMiB()).toBeLessThan(160);
  });

  it('A decoder process accepts the longest sides of each format within its budget', async () => {
    await start();
    const images = {
      png: blackPng({ width: 65_535, height: 60, color: 'rgba' }),
      tiff: blackTiff(65_535, 30),
      gif: await sharp({ create: { width: 65_535, height: 20, channels: 3, background: 'red' } })
        .gif()
        .toBuffer(),
      jpeg: await sharp({ create: { width: 65_500, height: 60, channels: 3, background: 'red' } })
        .jpeg({ progressive: true })
        .toBuffer(),
      webp: await createFlatImage('webp', 16_383, 200),
      avif: await createFlatImage('avif', 16_384, 64),
    };
    for (const [name, image] of Object.entries(images)) {
      expect([name, await outcomeOf(image)]).toEqual([name, 'completed']);
    }
    expect(peaks.maxMiB()).toBeLessThan(BUDGET_MIB);
  });

  it('A decoder process rejects an image whose estimate exceeds the budget before decoding it', async () => {
    await start(256);
    const photo = await createFlatImage('webp', 5000, 5000);
    expect(await outcomeOf(photo, 'avif')).toBe('image_needs_too_much_memory');
    expect(peaks.maxMiB()).toBeLessThan(160);
    expect(await outcomeOf(await createFlatImage('webp', 500, 500), 'avif')).toBe('completed');
  });

  it(
    'A decoder process stays within its budget for any shape, format and target',
    { timeout: 120_000 },
    async () => {
      await start(384);
      // Sides are as likely short as long; up to 4 megapixels.
      const side = fc.nat(16).chain((power) => fc.integer({ min: 1, max: 2 ** power }));
      const shape = fc.tuple(side, side).map(([width, height]) => ({
        width: Math.min(width, 65_535),
        height: Math.max(1, Math.min(height, Math.floor(4e6 / width))),
      }));
      const encode = async (
        format: ImageFormat,
        { width, height }: { width: number; height: number },
      ) => {
        if (format === 'png') return blackPng({ width, height, color: 'rgba', depth: 16 });
        if (format === 'tiff') return blackTiff(width, height, 16);
        const largest = format === 'jpeg' || format === 'gif' ? 65_500 : 16_383;
        return sharp({
          create: {
            width: Math.min(width, largest),
            height: Math.min(height, largest),
            channels: 3,
            background: 'red',
          },
        })
          .toFormat(format, format === 'jpeg' ? { progressive: true } : {})
          .toBuffer();
      };
      const sources = fc.constantFrom(...IMAGE_FORMATS);
      const targets = fc.constantFrom('original', 'jpeg', 'png', 'webp', 'avif');
      await fc.assert(
        fc.asyncProperty(shape, sources, targets, async (size, from, to) => {
          const outcome = await outcomeOf(await encode(from, size), to);
          expect(outcome).toMatch(
            /^(completed|image_needs_too_much_memory|image_too_large_for_format)$/,
          );
          expect(peaks.maxMiB()).toBeLessThan(384);
        }),
        { numRuns: 40 },
      );
    },
  );
});
