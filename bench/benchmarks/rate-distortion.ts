import sharp from 'sharp';
import {
  type CompressionOptions,
  EFFORTS,
} from '../../src/platform/compression/compression-options.js';
import { planEncoding } from '../../src/platform/compression/encode/encode-image.js';
import { inspectImage } from '../../src/platform/compression/inspect/inspect-image.js';
import { encodeImage } from '../../src/platform/compression/encode/encode-image.js';
import { type Measurement } from '../support/measurement.js';
import { readCorpus } from '../support/corpus.js';
import { computeMsSsim } from '../support/ms-ssim.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

const LIMITS = { maxPixels: 50_000_000, maxFrames: 100 };
const MIN_DURATION_MS = 1500;
const FORMATS = ['jpeg', 'png', 'webp', 'avif'] as const;

/** Measures the bytes, CPU time and MS-SSIM for each effort at quality 50, with the app's own code. */
export async function benchmarkRateDistortion(
  environment: BenchEnvironment,
): Promise<Measurement[]> {
  const corpus = readCorpus(environment.corpusFolder);
  const measurements: Measurement[] = [];
  for (const format of FORMATS) {
    const source = format === 'png' ? corpus.cutout[0] : corpus.photo[environment.isSmall ? 0 : 2];
    for (const effort of EFFORTS) {
      const result = await measureEncoding(source, { quality: 50, format, effort });
      measurements.push({
        label: `Effort ${effort}, ${format}, quality 50`,
        value: `${(result.cpuMs / result.megapixels).toFixed(0)} ms CPU per megapixel, MS-SSIM ${result.decibels.toFixed(1)} dB`,
        baseline: `${((result.bytes / source.length) * 100).toFixed(1)}% of the source's bytes`,
        ratio: result.bytes / source.length,
      });
    }
  }
  return measurements;
}

async function measureEncoding(source: Buffer, options: CompressionOptions) {
  const header = await inspectImage(source, source[0] === 0x89 ? 'png' : 'jpeg', LIMITS);
  const plan = planEncoding(header, options);
  let cpuMs = Infinity;
  let encoded = source;
  // The minimum excludes background load and code that V8 has not optimized yet.
  const deadline = performance.now() + MIN_DURATION_MS;
  for (let runCount = 0; runCount < 3 || performance.now() < deadline; runCount++) {
    const before = process.cpuUsage();
    encoded = await encodeImage({ bytes: source, header, maxPixels: LIMITS.maxPixels }, plan);
    const { user, system } = process.cpuUsage(before);
    cpuMs = Math.min(cpuMs, (user + system) / 1000);
  }
  const similarity = await computeMsSsim(
    await sharp(source).png().toBuffer(),
    await toPng(encoded),
  );
  return {
    cpuMs,
    bytes: encoded.length,
    megapixels: (header.width * header.height) / 1e6,
    decibels: -10 * Math.log10(1 - similarity),
  };
}

const toPng = (image: Buffer): Promise<Buffer> => sharp(image).png().toBuffer();
