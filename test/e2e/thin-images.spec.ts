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
import { createBlackPng, createBlackTiff } from '../support/thin-images.js';

const BYTES_PER_MIB = 1024 * 1024;
const BUDGET_MIB = 512;

let folder: string;
let peaks: DecoderPeaks;
let pool: DecoderPool;
let fileCount = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pressroom-thin-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => pool?.stop());

async function startPool(maxMemoryMiB = BUDGET_MIB): Promise<void> {
  peaks = await DecoderPeaks.create(await mkdtemp(join(folder, 'decoder-')));
  pool = new DecoderPool({
    size: 1,
    entry: peaks.entryUrl,
    limits: { maxPixels: 50_000_000, maxFrames: 100, maxMemoryBytes: maxMemoryMiB * BYTES_PER_MIB },
    timeoutSeconds: 50,
    maxWaitingTasks: 100,
    stopTimeoutSeconds: 5,
  });
}

/** Returns the error code, or `completed`. Fails if the decoder did not report its peak. */
async function getOutcome(image: Buffer, format: CompressionOptions['format'] = 'original') {
  const source = join(folder, `${(fileCount += 1)}`);
  await writeFile(source, image);
  const task = { source, target: `${source}.out`, options: { quality: 50, format } };
  const reportCount = peaks.readResponsePeaks().length;
  const outcome = await pool.compressImage(task).then(
    () => 'completed',
    (error: AppError) => error.code,
  );
  expect(peaks.readResponsePeaks()).toHaveLength(reportCount + 1);
  return outcome;
}

describe.runIf(process.platform === 'linux')('A decoder process', () => {
  it('A decoder process rejects an image with a side of millions of pixels based on its header, without allocating memory for it', async () => {
    await startPool();
    const thinImages = {
      'png, one scanline, 1 bit': createBlackPng({ width: 49_000_000, height: 1, depth: 1 }),
      'png, one scanline, 64 bits': createBlackPng({
        width: 6_000_000,
        height: 1,
        color: 'rgba',
        depth: 16,
      }),
      'png, one column': createBlackPng({ width: 1, height: 9_000_000 }),
      'png, a ribbon': createBlackPng({ width: 1_000_000, height: 49 }),
      'tiff, one scanline': createBlackTiff(12_000_000, 1, 16),
      'tiff, one column': createBlackTiff(1, 9_000_000),
    };
    for (const [name, image] of Object.entries(thinImages)) {
      expect([name, await getOutcome(image)]).toEqual([name, 'image_side_too_long']);
    }
    expect(peaks.findMaxMiB()).toBeLessThan(160);
  });

  it('A decoder process accepts the longest sides of each format within its memory budget', async () => {
    await startPool();
    const images = {
      png: createBlackPng({ width: 65_535, height: 60, color: 'rgba' }),
      tiff: createBlackTiff(65_535, 30),
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
      expect([name, await getOutcome(image)]).toEqual([name, 'completed']);
    }
    expect(peaks.findMaxMiB()).toBeLessThan(BUDGET_MIB);
  });

  it('A decoder process rejects an image whose estimated memory exceeds the budget, before decoding it', async () => {
    await startPool(256);
    const photo = await createFlatImage('webp', 5000, 5000);
    expect(await getOutcome(photo, 'avif')).toBe('image_needs_too_much_memory');
    expect(peaks.findMaxMiB()).toBeLessThan(160);
    expect(await getOutcome(await createFlatImage('webp', 500, 500), 'avif')).toBe('completed');
  });

  it(
    'A decoder process stays within its memory budget for any size, source format and target format',
    { timeout: 120_000 },
    async () => {
      await startPool(384);
      // Short and long sides are equally likely. An image has at most 4 megapixels.
      const side = fc.nat(16).chain((power) => fc.integer({ min: 1, max: 2 ** power }));
      const shape = fc.tuple(side, side).map(([width, height]) => ({
        width: Math.min(width, 65_535),
        height: Math.max(1, Math.min(height, Math.floor(4e6 / width))),
      }));
      const encode = async (
        format: ImageFormat,
        { width, height }: { width: number; height: number },
      ) => {
        if (format === 'png') return createBlackPng({ width, height, color: 'rgba', depth: 16 });
        if (format === 'tiff') return createBlackTiff(width, height, 16);
        const maxSide = format === 'jpeg' || format === 'gif' ? 65_500 : 16_383;
        return sharp({
          create: {
            width: Math.min(width, maxSide),
            height: Math.min(height, maxSide),
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
        fc.asyncProperty(shape, sources, targets, async (size, sourceFormat, targetFormat) => {
          const outcome = await getOutcome(await encode(sourceFormat, size), targetFormat);
          expect(outcome).toMatch(
            /^(completed|image_needs_too_much_memory|image_too_large_for_format)$/,
          );
          expect(peaks.findMaxMiB()).toBeLessThan(384);
        }),
        { numRuns: 40 },
      );
    },
  );
});
