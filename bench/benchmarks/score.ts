import sharp from 'sharp';
import { EFFORTS } from '../../src/platform/compression/compression-options.js';
import { encodeImage, planEncoding } from '../../src/platform/compression/encode/encode-image.js';
import { inspectImage } from '../../src/platform/compression/inspect/inspect-image.js';
import { computeSsimulacra2 } from '../../src/platform/compression/score/ssimulacra2.js';
import { readCorpus } from '../support/corpus.js';
import type { Measurement } from '../support/measurement.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

const LIMITS = { maxPixels: 50_000_000, maxFrames: 100 };
const QUALITIES = [50, 75] as const;
const MAX_BYTES = { fast: undefined, balanced: 0.92, small: 0.82 };

/** Compares bytes and mean SSIMULACRA 2 of JPEGs with sharp's defaults at the same quality number. */
export async function score(environment: BenchEnvironment): Promise<Measurement[]> {
  const corpus = readCorpus(environment.corpus);
  const sources = [...corpus.progressive, ...corpus['full-chroma'], ...corpus.product];
  const sample = environment.small ? sources.filter((_, i) => i % 3 === 0) : sources;
  const measurements: Measurement[] = [];
  for (const quality of QUALITIES) {
    const theirs = await meanBytesAndScore(sample, (source) =>
      sharp(source).jpeg({ quality }).toBuffer(),
    );
    for (const effort of EFFORTS) {
      const ours = await meanBytesAndScore(sample, async (source) => {
        const header = await inspectImage(source, 'jpeg', LIMITS);
        const plan = planEncoding(header, { quality, format: 'original', effort });
        return encodeImage({ bytes: source, header, maxPixels: LIMITS.maxPixels }, plan);
      });
      const atMost = quality === 50 ? MAX_BYTES[effort] : undefined;
      const what = `JPEG, quality ${quality}, ${effort}`;
      measurements.push(
        {
          label: `${what}: bytes`,
          value: `${(ours.bytes / 1000).toFixed(1)} kB per image`,
          baseline: `sharp's default ${(theirs.bytes / 1000).toFixed(1)} kB`,
          ratio: ours.bytes / theirs.bytes,
          target: atMost === undefined ? undefined : { atMost },
        },
        {
          label: `${what}: mean SSIMULACRA 2`,
          value: ours.score.toFixed(1),
          baseline: `sharp's default ${theirs.score.toFixed(1)}`,
          ratio: ours.score / theirs.score,
          target: quality === 50 ? { atLeast: 1 } : undefined,
        },
      );
    }
  }
  return measurements;
}

async function meanBytesAndScore(sources: Buffer[], encode: (source: Buffer) => Promise<Buffer>) {
  const totals = { bytes: 0, score: 0 };
  for (const source of sources) {
    const encoded = await encode(source);
    totals.bytes += encoded.length / sources.length;
    totals.score +=
      computeSsimulacra2(await readPixels(source), await readPixels(encoded)) / sources.length;
  }
  return totals;
}

async function readPixels(image: Buffer) {
  const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}
