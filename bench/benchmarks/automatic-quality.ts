import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AutomaticCase, measureAutomaticCase } from '../support/automatic-quality-case.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { readCorpus } from '../support/corpus.js';
import { type Measurement, quantile } from '../support/measurement.js';

const FORMATS = ['jpeg', 'webp', 'avif'] as const;
const TARGET_SCORE = 70;
const MAX_WIDTH = 600;
/** Number of photographs to encode before the measurement, as a warm-up. */
const WARM_UP_PHOTOGRAPHS = 5;

/**
 * Encodes photographs with a target score and compares them with fixed qualities: the lowest score, the bytes at the
 * fixed quality with the same lowest score, the number of encodes, and the CPU time.
 */
export async function benchmarkAutomaticQuality(
  environment: BenchEnvironment,
): Promise<Measurement[]> {
  const photographs = environment.photographFolder
    ? readFolder(environment.photographFolder)
    : readDrawnPhotographs(environment.corpusFolder);
  const sample = environment.isSmall ? photographs.filter((_, i) => i % 4 === 0) : photographs;
  const measurements: Measurement[] = [];
  for (const format of FORMATS) {
    for (const bytes of sample.slice(0, WARM_UP_PHOTOGRAPHS)) await measure(bytes, format);
    const cases: AutomaticCase[] = [];
    for (const bytes of sample) cases.push(await measure(bytes, format));
    measurements.push(...(await compareWithFixed(format, cases)));
  }
  return measurements;
}

const measure = (bytes: Buffer, format: (typeof FORMATS)[number]) =>
  measureAutomaticCase(bytes, format, TARGET_SCORE, MAX_WIDTH);

function readDrawnPhotographs(folder: string): Buffer[] {
  const { photo, product, cutout, thumb, varied } = readCorpus(folder);
  return [...photo, ...product, ...cutout, ...thumb, ...varied];
}

const readFolder = (folder: string): Buffer[] =>
  readdirSync(folder)
    .toSorted()
    .map((name) => readFileSync(join(folder, name)));

async function compareWithFixed(format: string, cases: AutomaticCase[]): Promise<Measurement[]> {
  const label = `${cases.length} photographs as ${format}`;
  const scores = cases.map(({ score }) => score);
  const lowestScore = Math.min(...scores);
  const belowTargetCount = scores.filter((score) => score < TARGET_SCORE - 1).length;
  const bytes = sumBy(cases, (item) => item.bytes);
  const quality = await findFixedQuality(cases, lowestScore);
  const fixedResults = await Promise.all(cases.map((item) => item.encodeFixed(quality)));
  const fixedBytes = sumBy(fixedResults, (item) => item.bytes);
  const costRatios = cases.map(({ automaticMs, fixedMs }) => automaticMs / fixedMs);
  const meanAttempts = sumBy(cases, (item) => item.attemptCount) / cases.length;
  const maxAttempts = Math.max(...cases.map((item) => item.attemptCount));
  return [
    {
      label: `${label}: lowest score`,
      value: `${lowestScore.toFixed(1)}, ${(sumBy(scores, (score) => score) / cases.length).toFixed(1)} on average, ${belowTargetCount} below ${TARGET_SCORE - 1}`,
      baseline: `target ${TARGET_SCORE}`,
      ratio: lowestScore - TARGET_SCORE,
      target: { atLeast: -1 },
    },
    {
      label: `${label}: bytes`,
      value: `${(bytes / cases.length / 1000).toFixed(1)} kB per image`,
      baseline: `fixed quality ${quality}, ${(fixedBytes / cases.length / 1000).toFixed(1)} kB`,
      ratio: bytes / fixedBytes,
      target: { atMost: 0.9 },
    },
    {
      label: `${label}: encodes`,
      value: `${meanAttempts.toFixed(2)} on average`,
      baseline: 'maximum for one image',
      ratio: maxAttempts,
      target: { atMost: 4 },
    },
    {
      label: `${label}: CPU time`,
      value: `${(sumBy(cases, (item) => item.automaticMs) / cases.length).toFixed(0)} ms per image`,
      baseline: `one encode ${(sumBy(cases, (item) => item.fixedMs) / cases.length).toFixed(0)} ms`,
      ratio: sumBy(cases, (item) => item.automaticMs) / sumBy(cases, (item) => item.fixedMs),
      target: { atMost: 6 },
    },
    {
      label: `${label}: CPU time, p90`,
      value: `median ${quantile(costRatios, 0.5).toFixed(1)} times an encode`,
      baseline: 'one encode',
      ratio: quantile(costRatios, 0.9),
      target: { atMost: 6 },
    },
  ];
}

/**
 * Returns the lowest fixed quality at which no image has a lower score than `lowestScore`. Skips images
 * that already reach that score at their chosen quality.
 */
async function findFixedQuality(cases: AutomaticCase[], lowestScore: number): Promise<number> {
  let quality = 1;
  for (const item of cases.toSorted((a, b) => b.quality - a.quality)) {
    if (item.quality <= quality) break;
    if ((await computeScore(item, quality)) >= lowestScore) continue;
    let [tooLow, sufficient] = [quality, item.quality];
    while (sufficient - tooLow > 1) {
      const middle = Math.floor((tooLow + sufficient) / 2);
      if ((await computeScore(item, middle)) < lowestScore) tooLow = middle;
      else sufficient = middle;
    }
    quality = sufficient;
  }
  return quality;
}

async function computeScore(item: AutomaticCase, quality: number): Promise<number> {
  const encoded = await item.encodeFixed(quality);
  return encoded.computeScore();
}

const sumBy = <T>(items: readonly T[], getValue: (item: T) => number): number =>
  items.reduce((sum, item) => sum + getValue(item), 0);
