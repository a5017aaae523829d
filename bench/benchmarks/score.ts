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
const MAX_BYTES_RATIO = { fast: undefined, balanced: 0.92, small: 0.82 };

/** Compares the bytes and the mean SSIMULACRA 2 score of JPEGs with those of sharp's defaults at the same quality. */
export async function benchmarkScore(environment: BenchEnvironment): Promise<Measurement[]> {
  const corpus = readCorpus(environment.corpusFolder);
  const sources = [...corpus.progressive, ...corpus['full-chroma'], ...corpus.product];
  const sample = environment.isSmall ? sources.filter((_, i) => i % 3 === 0) : sources;
  const measurements: Measurement[] = [];
  for (const quality of QUALITIES) {
    const sharpMeans = await measureMeans(sample, (source) =>
      sharp(source).jpeg({ quality }).toBuffer(),
    );
    for (const effort of EFFORTS) {
      const appMeans = await measureMeans(sample, async (source) => {
        const header = await inspectImage(source, 'jpeg', LIMITS);
        const plan = planEncoding(header, { quality, format: 'original', effort });
        return encodeImage({ bytes: source, header, maxPixels: LIMITS.maxPixels }, plan);
      });
      const atMost = quality === 50 ? MAX_BYTES_RATIO[effort] : undefined;
      const name = `JPEG, quality ${quality}, ${effort}`;
      measurements.push(
        {
          label: `${name}: bytes`,
          value: `${(appMeans.bytes / 1000).toFixed(1)} kB per image`,
          baseline: `sharp's default ${(sharpMeans.bytes / 1000).toFixed(1)} kB`,
          ratio: appMeans.bytes / sharpMeans.bytes,
          target: atMost === undefined ? undefined : { atMost },
        },
        {
          label: `${name}: mean SSIMULACRA 2`,
          value: appMeans.score.toFixed(1),
          baseline: `sharp's default ${sharpMeans.score.toFixed(1)}`,
          ratio: appMeans.score / sharpMeans.score,
          target: quality === 50 ? { atLeast: 1 } : undefined,
        },
      );
    }
  }
  return measurements;
}

async function measureMeans(sources: Buffer[], encode: (source: Buffer) => Promise<Buffer>) {
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
