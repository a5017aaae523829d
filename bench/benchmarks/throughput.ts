import { type Measurement, runInterleaved, median } from '../support/measurement.js';
import type { Effort } from '../../src/platform/compression/compression-options.js';
import type { Kind } from '../support/corpus.js';
import { readCpuMs, listProcessTree } from '../support/processes.js';
import type { App } from '../support/app.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import type { Pillow } from '../support/pillow.js';
import type { RawSharp } from '../support/raw-sharp.js';

/**
 * Compares images per second from `POST /upload` to `completed` with sharp alone on the same images in memory. The
 * baseline for `fast` is Pillow if it is installed, otherwise sharp with fixed Huffman tables.
 */
export async function benchmarkThroughput(environment: BenchEnvironment): Promise<Measurement[]> {
  const imageCount = environment.isSmall ? 150 : 800;
  const loads = (['progressive', 'full-chroma', 'product'] as const).flatMap((kind) => [
    { kind, imageCount, latencyMs: 0, atLeast: 1.3 },
    { kind, imageCount, latencyMs: 0, effort: 'fast' as const, atLeast: 0.9 },
  ]);
  const programs = await startPrograms(environment);
  const measurements: Measurement[] = [];
  for (const load of [
    ...loads,
    { kind: 'progressive' as const, imageCount, latencyMs: 100, atLeast: 1.3 },
    { kind: 'photo' as const, imageCount, latencyMs: 0 },
    { kind: 'cutout' as const, imageCount: imageCount / 20, latencyMs: 0 },
  ]) {
    measurements.push(...(await compareThroughput(environment, programs, load)));
  }
  await programs.app.stop();
  return measurements;
}

/** Compares the throughput for 10 KB images, for which the overhead of the app is largest. */
export async function benchmarkThumbnails(environment: BenchEnvironment): Promise<Measurement[]> {
  const imageCount = environment.isSmall ? 3000 : 20_000;
  const programs = await startPrograms(environment);
  const load = { kind: 'thumb' as const, imageCount, latencyMs: 0, atLeast: 0.5 };
  const measurements = await compareThroughput(environment, programs, load);
  await programs.app.stop();
  return measurements;
}

interface Programs {
  app: App;
  sharp: RawSharp;
  pillow: Pillow | undefined;
}

async function startPrograms(environment: BenchEnvironment): Promise<Programs> {
  const app = await environment.startApp();
  const sharp = await environment.startRawSharp();
  return { app, sharp, pillow: await environment.startPillow() };
}

const KIND_LABELS: Partial<Record<Kind, string>> = {
  progressive: 'Progressive JPEGs',
  'full-chroma': 'Baseline 4:4:4 JPEGs',
  product: 'Baseline 4:2:0 JPEGs',
  photo: 'Camera JPEGs',
  cutout: 'Cut-out PNGs',
  thumb: 'Thumbnails',
};

interface Load {
  kind: Kind;
  imageCount: number;
  latencyMs: number;
  effort?: Effort;
  atLeast?: number;
}

async function compareThroughput(
  environment: BenchEnvironment,
  { app, sharp, pillow }: Programs,
  { kind, imageCount, latencyMs, effort = 'balanced', atLeast }: Load,
): Promise<Measurement[]> {
  const options = { quality: 50, format: 'original', effort } as const;
  const [baseline, baselineName] =
    effort === 'fast' && pillow ? [pillow, 'Pillow'] : [sharp, 'raw sharp'];
  await app.measureSeconds(await environment.writeCatalog(kind, 20, latencyMs), { effort });
  await baseline.compressImages(kind, 20, options);

  const pids = [...listProcessTree(app.pid), ...listProcessTree(environment.servers.pid)];
  const pairs = await runInterleaved(
    3,
    async () => {
      const csv = await environment.writeCatalog(kind, imageCount, latencyMs);
      const before = readCpuMs(pids);
      const seconds = await app.measureSeconds(csv, { effort });
      return { seconds, cpuMs: readCpuMs(pids) - before };
    },
    () => baseline.compressImages(kind, imageCount, options),
  );
  const computeRate = (runs: { seconds: number }[]) =>
    imageCount / median(runs.map((run) => run.seconds));
  const computeCpuMs = (runs: { cpuMs: number }[]) =>
    median(runs.map((run) => run.cpuMs)) / imageCount;
  const [appCpuMs, baselineCpuMs] = [
    computeCpuMs(pairs.map(({ a }) => a)),
    computeCpuMs(pairs.map(({ b }) => b)),
  ];
  const label = `${KIND_LABELS[kind]}, ${effort}, origin latency ${latencyMs} ms`;
  return [
    {
      label,
      value: `${computeRate(pairs.map(({ a }) => a)).toFixed(1)} images/s`,
      baseline: `${baselineName} ${computeRate(pairs.map(({ b }) => b)).toFixed(1)} images/s`,
      ratio: median(pairs.map(({ a, b }) => b.seconds / a.seconds)),
      target: atLeast === undefined ? undefined : { atLeast },
    },
    {
      label: `${label}: CPU`,
      value: `${appCpuMs.toFixed(2)} ms per image (app, PostgreSQL, Redis)`,
      baseline: `${baselineName} ${baselineCpuMs.toFixed(2)} ms`,
      ratio: appCpuMs / baselineCpuMs,
    },
  ];
}
