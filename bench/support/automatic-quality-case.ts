import { encodeAutomatically } from '../../src/platform/compression/automatic-quality/encode-automatically.js';
import { decodeImage } from '../../src/platform/compression/decode/decode-image.js';
import { encodeImage, planEncoding } from '../../src/platform/compression/encode/encode-image.js';
import type { EncodePlan } from '../../src/platform/compression/encode/encode-plan.js';
import type { CompressionOptions } from '../../src/platform/compression/compression-options.js';
import { readRawPixels, sharp } from '../../src/platform/compression/decode/image-library.js';
import type { ImageSource } from '../../src/platform/compression/inspect/image-source.js';
import { identifyImage } from '../../src/platform/compression/inspect/image-type.js';
import { inspectImage } from '../../src/platform/compression/inspect/inspect-image.js';
import type { RawImage } from '../../src/platform/compression/encode/local-error.js';
import { toReadableSource } from '../../src/platform/compression/decode/readable-source.js';
import { computeSsimulacra2 } from '../../src/platform/compression/score/ssimulacra2.js';

const LIMITS = { maxPixels: 100_000_000, maxFrames: 100 };

/** One photograph in one format: its output with a target score and with a fixed quality. */
export interface AutomaticCase {
  quality: number;
  bytes: number;
  attempts: number;
  /** Exact score of the output. */
  score: number;
  /** Score that was estimated during the search. */
  estimate: number;
  /** CPU milliseconds of the search, and of an encode at the chosen quality. */
  automaticMs: number;
  fixedMs: number;
  /** Encodes the photograph at a fixed quality. */
  encodeFixed: (quality: number) => Promise<{ bytes: number; score: () => Promise<number> }>;
  /** Pixels of the source at the size of the output, and of the output. */
  pixels: () => Promise<[RawImage, RawImage]>;
}

export async function measureAutomatic(
  original: Buffer,
  format: CompressionOptions['format'],
  targetScore: number,
  width: number,
): Promise<AutomaticCase> {
  const sourceFormat = identifyImage(original);
  const bytes = toReadableSource(original, sourceFormat);
  const header = await inspectImage(bytes, sourceFormat, LIMITS);
  const source: ImageSource = { bytes, header, maxPixels: LIMITS.maxPixels };
  const options = { quality: 75, format, max_width: width, target_score: targetScore };
  const plan = planEncoding(header, options);
  const before = cpuMs();
  const made = await encodeAutomatically(source, plan);
  const between = cpuMs();
  const fixed: EncodePlan = { ...made.plan, targetScore: undefined };
  await encodeImage(source, fixed);
  const after = cpuMs();
  const reference = () =>
    decodeImage(source, fixed, (image) => readRawPixels(image.toColourspace('srgb')));
  const pixels = async (encoded: Buffer): Promise<[RawImage, RawImage]> => {
    const shown = sharp(encoded).toColourspace('srgb');
    const expected = await reference();
    const hasAlpha = expected.channels === 4;
    return [expected, await readRawPixels(hasAlpha ? shown.ensureAlpha() : shown)];
  };
  const scoreOf = async (encoded: Buffer) => computeSsimulacra2(...(await pixels(encoded)));
  return {
    quality: made.plan.quality,
    bytes: made.encoded.length,
    attempts: made.attempts,
    score: await scoreOf(made.encoded),
    estimate: made.score ?? 100,
    automaticMs: between - before,
    fixedMs: after - between,
    encodeFixed: async (quality) => {
      const encoded = await encodeImage(source, { ...fixed, quality });
      return { bytes: encoded.length, score: () => scoreOf(encoded) };
    },
    pixels: () => pixels(made.encoded),
  };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
