import sharp from 'sharp';
import {
  type CompressionOptions,
  EFFORTS,
} from '../../src/platform/compression/compression-options.js';
import { planEncoding } from '../../src/platform/compression/encode-image.js';
import { inspectImage } from '../../src/platform/compression/inspect-image.js';
import { encodeImage } from '../../src/platform/compression/encode-image.js';
import { type Figure } from '../support/figures.js';
import { readCorpus } from '../support/corpus.js';
import { msSsim } from '../support/ms-ssim.js';
import type { Stage } from '../support/stage.js';

const LIMITS = { maxPixels: 50_000_000, maxFrames: 100 };
const ENOUGH_MS = 1500;
const FORMATS = ['jpeg', 'png', 'webp', 'avif'] as const;

/** Bytes, CPU and likeness of each effort at quality 50, by the app's own code. */
export async function qualityForBytes(stage: Stage): Promise<Figure[]> {
  const corpus = readCorpus(stage.corpus);
  const figures: Figure[] = [];
  for (const format of FORMATS) {
    const source = format === 'png' ? corpus.cutout[0] : corpus.photo[stage.small ? 0 : 2];
    for (const effort of EFFORTS) {
      const taken = await encoded(source, { quality: 50, format, effort });
      figures.push({
        what: `Effort ${effort}, ${format}, quality 50`,
        measured: `${(taken.cpuMs / taken.megapixels).toFixed(0)} ms CPU a megapixel, MS-SSIM ${taken.decibels.toFixed(1)} dB`,
        against: `${((taken.bytes / source.length) * 100).toFixed(1)} % of the source's bytes`,
        ratio: taken.bytes / source.length,
      });
    }
  }
  return figures;
}

async function encoded(source: Buffer, options: CompressionOptions) {
  const header = await inspectImage(source, source[0] === 0x89 ? 'png' : 'jpeg', LIMITS);
  const plan = planEncoding(header, options);
  let cpuMs = Infinity;
  let result = source;
  // The quickest of some: what else runs, and what V8 has not compiled yet, can only make it slower.
  const until = performance.now() + ENOUGH_MS;
  for (let runs = 0; runs < 3 || performance.now() < until; runs++) {
    const before = process.cpuUsage();
    result = await encodeImage(source, header, plan, LIMITS.maxPixels);
    const { user, system } = process.cpuUsage(before);
    cpuMs = Math.min(cpuMs, (user + system) / 1000);
  }
  const likeness = await msSsim(await sharp(source).png().toBuffer(), await asPng(result));
  return {
    cpuMs,
    bytes: result.length,
    megapixels: (header.width * header.height) / 1e6,
    decibels: -10 * Math.log10(1 - likeness),
  };
}

const asPng = (image: Buffer): Promise<Buffer> => sharp(image).png().toBuffer();
