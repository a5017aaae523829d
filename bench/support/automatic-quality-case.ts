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
  attemptCount: number;
  /** Exact score of the output. */
  score: number;
  /** Score estimated during the search. */
  estimate: number;
  /** CPU time of the search. */
  automaticMs: number;
  /** CPU time of one encode at the chosen quality. */
  fixedMs: number;
  /** Encodes the photograph at a fixed quality. */
  encodeFixed: (quality: number) => Promise<{ bytes: number; computeScore: () => Promise<number> }>;
  /** Returns the pixels of the source at the output size, and the pixels of the output. */
  readPixels: () => Promise<[RawImage, RawImage]>;
}

export async function measureAutomaticCase(
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
  const before = readCpuMs();
  const result = await encodeAutomatically(source, plan);
  const afterSearch = readCpuMs();
  const fixedPlan: EncodePlan = { ...result.plan, targetScore: undefined };
  await encodeImage(source, fixedPlan);
  const afterEncode = readCpuMs();
  const decodeReference = () =>
    decodeImage(source, fixedPlan, (image) => readRawPixels(image.toColourspace('srgb')));
  const readPixels = async (encoded: Buffer): Promise<[RawImage, RawImage]> => {
    const decoded = sharp(encoded).toColourspace('srgb');
    const reference = await decodeReference();
    const hasAlpha = reference.channels === 4;
    return [reference, await readRawPixels(hasAlpha ? decoded.ensureAlpha() : decoded)];
  };
  const computeScore = async (encoded: Buffer) =>
    computeSsimulacra2(...(await readPixels(encoded)));
  return {
    quality: result.plan.quality,
    bytes: result.encoded.length,
    attemptCount: result.attemptCount,
    score: await computeScore(result.encoded),
    estimate: result.score ?? 100,
    automaticMs: afterSearch - before,
    fixedMs: afterEncode - afterSearch,
    encodeFixed: async (quality) => {
      const encoded = await encodeImage(source, { ...fixedPlan, quality });
      return { bytes: encoded.length, computeScore: () => computeScore(encoded) };
    },
    readPixels: () => readPixels(result.encoded),
  };
}

function readCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
