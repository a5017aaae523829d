import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Metadata } from 'sharp';
import type { CompressionOptions } from '../../src/platform/compression/compression-options.js';
import { compressOutputs } from '../../src/platform/compression/compress-outputs.js';
import { toReadableSource } from '../../src/platform/compression/decode/readable-source.js';
import type {
  Compressed,
  DecodeLimits,
} from '../../src/platform/compression/decoder-pool/decoder-messages.js';

const LIMITS: DecodeLimits = { maxPixels: 100_000_000, maxFrames: 500 };

/** Result of a compression. `output` contains the compressed bytes, or the source bytes if the original was kept. */
export type CompressedImage = Compressed & { output: Buffer; metadata: Metadata };

/** Compresses one image like a decoder process, but in this process. */
export async function compress(
  image: Buffer,
  options: Partial<CompressionOptions> = {},
  limits: Partial<DecodeLimits> = {},
): Promise<CompressedImage> {
  const folder = await mkdtemp(join(tmpdir(), 'pressroom-compress-'));
  try {
    const [source, target] = [join(folder, 'source'), join(folder, 'target')];
    await writeFile(source, image);
    const output = { target, options: { quality: 50, format: 'original', ...options } } as const;
    const task = { source, outputs: [output] };
    const { outputs } = await compressOutputs(task, { ...LIMITS, ...limits });
    const [result] = outputs;
    const bytes = result.keptOriginal ? image : await readFile(target);
    const readable = toReadableSource(bytes, result.format);
    return {
      ...result,
      output: bytes,
      metadata: await sharp(readable, { animated: true }).metadata(),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
