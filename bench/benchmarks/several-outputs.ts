import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compressOutputs } from '../../src/platform/compression/compress-outputs.js';
import type { CompressionOptions } from '../../src/platform/compression/compression-options.js';
import { PRESETS } from '../../src/platform/presets/index.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { type Corpus, type Kind, readCorpus } from '../support/corpus.js';
import type { Measurement } from '../support/measurement.js';

const LIMITS = { maxPixels: 100_000_000, maxFrames: 100 };
const SOURCES: readonly Kind[] = ['photo', 'product', 'progressive', 'full-chroma', 'cutout'];
const IMAGES_PER_KIND = 2;
const ROUNDS = 3;
/** Maximum cost of all outputs, relative to the most expensive one alone. */
const MAX_RATIO = 2.2;

const webp = (max_width: number): CompressionOptions => ({
  quality: 50,
  format: 'webp',
  max_width,
});
const jpeg = (max_width: number): CompressionOptions => ({ ...webp(max_width), format: 'jpeg' });
const [google] = PRESETS.google.outputs;
const square: CompressionOptions = { ...jpeg(500), max_height: 500, fit: 'pad' };

const CASES: Readonly<Record<string, readonly CompressionOptions[]>> = {
  'WebP of 1600, 800 and 400 pixels': [webp(1600), webp(800), webp(400)],
  'WebP of 1200, 800 and 400 pixels': [webp(1200), webp(800), webp(400)],
  'JPEG of 1200, 800 and 400 pixels': [jpeg(1200), jpeg(800), jpeg(400)],
  'WebP of 1280, 640 and 320 pixels, JPEG of 800': [webp(1280), webp(640), webp(320), jpeg(800)],
  'Preset google, WebP of 800 and 400 pixels': [google.options, webp(800), webp(400)],
  'JPEG padded to 500 pixels, WebP of 500 and 250': [square, webp(500), webp(250)],
};

/**
 * Measures the CPU time that a decoder needs to create several outputs of one source together, and each separately.
 */
export async function benchmarkSeveralOutputs(
  environment: BenchEnvironment,
): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pressroom-outputs-'));
  try {
    const images = selectSources(readCorpus(environment.corpusFolder), environment.isSmall);
    const measurements: Measurement[] = [];
    for (const [label, outputs] of Object.entries(CASES)) {
      measurements.push(
        ...toMeasurements(label, images.length, await measureCase(images, outputs, folder)),
      );
    }
    return measurements;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const selectSources = (corpus: Corpus, isSmall: boolean): Buffer[] =>
  SOURCES.flatMap((kind) => corpus[kind].slice(0, isSmall ? 1 : IMAGES_PER_KIND));

/**
 * Sums over all sources. Each source contributes the minimum of its rounds, which background load
 * affects least.
 */
interface Costs {
  /** CPU time to create all outputs in one task. */
  combinedMs: number;
  /** CPU time to create each output in its own task. */
  separateMs: number[];
}

async function measureCase(
  images: readonly Buffer[],
  outputs: readonly CompressionOptions[],
  folder: string,
): Promise<Costs> {
  const costs: Costs = { combinedMs: 0, separateMs: outputs.map(() => 0) };
  await measureCpuMs(images[0], outputs, folder);
  for (const image of images) {
    const [combinedMs, ...separateMs] = await measureMinimums(
      [outputs, ...outputs.map((output) => [output])],
      (tasks) => measureCpuMs(image, tasks, folder),
    );
    costs.combinedMs += combinedMs;
    costs.separateMs = costs.separateMs.map((sum, index) => sum + separateMs[index]);
  }
  return costs;
}

/** Measures the tasks alternately and returns the minimum of each. */
async function measureMinimums<T>(
  tasks: readonly T[],
  measure: (task: T) => Promise<number>,
): Promise<number[]> {
  const minimums = tasks.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, task] of tasks.entries()) {
      minimums[index] = Math.min(minimums[index], await measure(task));
    }
  }
  return minimums;
}

async function measureCpuMs(
  image: Buffer,
  outputs: readonly CompressionOptions[],
  folder: string,
): Promise<number> {
  const task = {
    source: [image],
    outputs: outputs.map((options, index) => ({ target: join(folder, `${index}`), options })),
  };
  const before = process.cpuUsage();
  await compressOutputs(task, LIMITS);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function toMeasurements(
  label: string,
  imageCount: number,
  { combinedMs, separateMs }: Costs,
): Measurement[] {
  const formatPerImage = (ms: number): string => `${(ms / imageCount).toFixed(1)} ms`;
  const value = `${formatPerImage(combinedMs)} CPU per image`;
  const maxSeparateMs = Math.max(...separateMs);
  const sum = separateMs.reduce((total, ms) => total + ms, 0);
  return [
    {
      label,
      value,
      baseline: `the most expensive output alone ${formatPerImage(maxSeparateMs)}`,
      ratio: combinedMs / maxSeparateMs,
      target: { atMost: MAX_RATIO },
    },
    {
      label: `${label}: first output`,
      value,
      baseline: `the first output alone ${formatPerImage(separateMs[0])}`,
      ratio: combinedMs / separateMs[0],
    },
    {
      label: `${label}: mean output`,
      value,
      baseline: `an output alone, on average ${formatPerImage(sum / separateMs.length)}`,
      ratio: combinedMs / (sum / separateMs.length),
    },
    {
      label: `${label}: one decode per output`,
      value,
      baseline: `all outputs, each alone ${formatPerImage(sum)}`,
      ratio: combinedMs / sum,
    },
  ];
}
