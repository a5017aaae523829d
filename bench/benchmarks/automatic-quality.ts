import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AutomaticCase, measureAutomatic } from '../support/automatic-quality-case.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { readCorpus } from '../support/corpus.js';
import { type Measurement, quantile } from '../support/measurement.js';

const FORMATS = ['jpeg', 'webp', 'avif'] as const;
const TARGET = 70;
const MAX_WIDTH = 600;
/** Number of photographs to encode before the measurement, as a warm-up. */
const WARM_UP = 5;

/**
 * Encodes photographs with a target score and compares with fixed qualities: the lowest score, the bytes at the
 * fixed quality whose worst image is as good, the number of encodes, and the CPU time.
 */
export async function automaticQuality(environment: BenchEnvironment): Promise<Measurement[]> {
  const photographs = environment.photographs
    ? readFolder(environment.photographs)
    : drawnPhotographs(environment.corpus);
  const sample = environment.small ? photographs.filter((_, i) => i % 4 === 0) : photographs;
  const measurements: Measurement[] = [];
  for (const format of FORMATS) {
    for (const bytes of sample.slice(0, WARM_UP)) await measure(bytes, format);
    const cases: AutomaticCase[] = [];
    for (const bytes of sample) cases.push(await measure(bytes, format));
    measurements.push(...(await compareWithFixed(format, cases)));
  }
  return measurements;
}

const measure = (bytes: Buffer, format: (typeof FORMATS)[number]) =>
  measureAutomatic(bytes, format, TARGET, MAX_WIDTH);

function drawnPhotographs(folder: string): Buffer[] {
  const { photo, product, cutout, thumb, varied } = readCorpus(folder);
  return [...photo, ...product, ...cutout, ...thumb, ...varied];
}

const readFolder = (folder: string): Buffer[] =>
  readdirSync(folder)
    .toSorted()
    .map((name) => readFileSync(join(folder, name)));

async function compareWithFixed(format: string, cases: AutomaticCase[]): Promise<Measurement[]> {
  const what = `${cases.length} photographs as ${format}`;
  const scores = cases.map(({ score }) => score);
  const worst = Math.min(...scores);
  const below = scores.filter((score) => score < TARGET - 1).length;
  const bytes = sumOf(cases, (made) => made.bytes);
  const quality = await fixedQuality(cases, worst);
  const fixed = await Promise.all(cases.map((made) => made.encodeFixed(quality)));
  const fixedBytes = sumOf(fixed, (made) => made.bytes);
  const costs = cases.map(({ automaticMs, fixedMs }) => automaticMs / fixedMs);
  const attempts = sumOf(cases, (made) => made.attempts) / cases.length;
  const most = Math.max(...cases.map((made) => made.attempts));
  return [
    {
      label: `${what}: lowest score`,
      value: `${worst.toFixed(1)}, ${(sumOf(scores, (score) => score) / cases.length).toFixed(1)} on the average, ${below} below ${TARGET - 1}`,
      baseline: `target ${TARGET}`,
      ratio: worst - TARGET,
      target: { atLeast: -1 },
    },
    {
      label: `${what}: bytes`,
      value: `${(bytes / cases.length / 1000).toFixed(1)} kB per image`,
      baseline: `fixed quality ${quality}, ${(fixedBytes / cases.length / 1000).toFixed(1)} kB`,
      ratio: bytes / fixedBytes,
      target: { atMost: 0.9 },
    },
    {
      label: `${what}: encodes`,
      value: `${attempts.toFixed(2)} on the average`,
      baseline: 'most of an image',
      ratio: most,
      target: { atMost: 4 },
    },
    {
      label: `${what}: CPU time`,
      value: `${(sumOf(cases, (made) => made.automaticMs) / cases.length).toFixed(0)} ms per image`,
      baseline: `one encode ${(sumOf(cases, (made) => made.fixedMs) / cases.length).toFixed(0)} ms`,
      ratio: sumOf(cases, (made) => made.automaticMs) / sumOf(cases, (made) => made.fixedMs),
      target: { atMost: 6 },
    },
    {
      label: `${what}: CPU time that one image in ten exceeds`,
      value: `median ${quantile(costs, 0.5).toFixed(1)} times an encode`,
      baseline: 'one encode',
      ratio: quantile(costs, 0.9),
      target: { atMost: 6 },
    },
  ];
}

/**
 * Returns the lowest fixed quality at which no image has a lower score than `worst`. Skips images
 * that already reach that score at their chosen quality.
 */
async function fixedQuality(cases: AutomaticCase[], worst: number): Promise<number> {
  let quality = 1;
  for (const made of cases.toSorted((a, b) => b.quality - a.quality)) {
    if (made.quality <= quality) break;
    if ((await scoreAt(made, quality)) >= worst) continue;
    let [failed, passed] = [quality, made.quality];
    while (passed - failed > 1) {
      const middle = Math.floor((failed + passed) / 2);
      if ((await scoreAt(made, middle)) < worst) failed = middle;
      else passed = middle;
    }
    quality = passed;
  }
  return quality;
}

async function scoreAt(made: AutomaticCase, quality: number): Promise<number> {
  const { score } = await made.encodeFixed(quality);
  return score();
}

const sumOf = <T>(items: readonly T[], valueOf: (item: T) => number): number =>
  items.reduce((sum, item) => sum + valueOf(item), 0);
