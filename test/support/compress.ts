import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Metadata } from 'sharp';
import type { CompressionOptions } from '../../src/platform/compression/compression-options.js';
import { compressImage } from '../../src/platform/compression/compress-image.js';
import type {
  Compressed,
  DecodeLimits,
} from '../../src/platform/compression/decoder-pool/decoder-messages.js';

const LIMITS: DecodeLimits = { maxPixels: 50_000_000, maxFrames: 100 };

/** What a user gets: the target's bytes, or the source's where they were kept. */
export type CompressedPicture = Compressed & { output: Buffer; metadata: Metadata };

/** What a decoder child does with one image, in this process. */
export async function compress(
  input: Buffer,
  options: Partial<CompressionOptions> = {},
  limits: Partial<DecodeLimits> = {},
): Promise<CompressedPicture> {
  const folder = await mkdtemp(join(tmpdir(), 'pressroom-compress-'));
  try {
    const [source, target] = [join(folder, 'source'), join(folder, 'target')];
    await writeFile(source, input);
    const task = {
      source,
      target,
      options: { quality: 50, format: 'original', ...options },
    } as const;
    const result = await compressImage(task, { ...LIMITS, ...limits });
    const output = result.keptOriginal ? input : await readFile(target);
    return { ...result, output, metadata: await sharp(output, { animated: true }).metadata() };
  } finally {
    await rm(folder, { recursive: true });
  }
}
