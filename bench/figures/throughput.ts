import { type Figure, interleaved, median } from '../support/figures.js';
import type { Effort } from '../../src/platform/compression/compression-options.js';
import type { Kind } from '../support/corpus.js';
import { cpuMs, familyOf } from '../support/processes.js';
import type { Stage } from '../support/stage.js';

/**
 * Images a second from `POST /upload` to `completed`, against sharp alone on the same images, from memory. The
 * kinds are what real catalogs hold.
 */
export async function throughput(stage: Stage): Promise<Figure[]> {
  const images = stage.small ? 300 : 2000;
  const loads = (['progressive', 'full-chroma', 'product'] as const).flatMap((kind) => [
    { kind, images, latencyMs: 0, atLeast: 1.3 },
    { kind, images, latencyMs: 0, effort: 'fast' as const, atLeast: 0.9 },
  ]);
  const figures: Figure[] = [];
  for (const load of [
    ...loads,
    { kind: 'progressive' as const, images, latencyMs: 100, atLeast: 1.3 },
    { kind: 'photo' as const, images, latencyMs: 0 },
    { kind: 'cutout' as const, images: images / 20, latencyMs: 0 },
  ]) {
    figures.push(...(await against(stage, load)));
  }
  return figures;
}

/** The same with images of 10 KB, where all that is not sharp weighs most. */
export function thumbnails(stage: Stage): Promise<Figure[]> {
  const images = stage.small ? 3000 : 20_000;
  return against(stage, { kind: 'thumb', images, latencyMs: 0, atLeast: 0.5 });
}

const NAMES: Partial<Record<Kind, string>> = {
  progressive: 'Progressive JPEGs',
  'full-chroma': 'Baseline 4:4:4 JPEGs',
  product: 'Baseline 4:2:0 JPEGs',
  photo: 'Camera JPEGs',
  cutout: 'Cut-out PNGs',
  thumb: 'Thumbnails',
};

interface Load {
  kind: Kind;
  images: number;
  latencyMs: number;
  effort?: Effort;
  atLeast?: number;
}

async function against(
  stage: Stage,
  { kind, images, latencyMs, effort = 'balanced', atLeast }: Load,
): Promise<Figure[]> {
  const [app, raw] = [await stage.app(), await stage.rawSharp()];
  const options = { quality: 50, format: 'original', effort } as const;
  await app.secondsFor(await stage.catalog(kind, 50, latencyMs), { effort });
  await raw.run(kind, 50, options);

  const family = [...familyOf(app.pid), ...familyOf(stage.servers.pid)];
  const pairs = await interleaved(
    3,
    async () => {
      const csv = await stage.catalog(kind, images, latencyMs);
      const before = cpuMs(family);
      const seconds = await app.secondsFor(csv, { effort });
      return { seconds, cpuMs: cpuMs(family) - before };
    },
    () => raw.run(kind, images, options),
  );
  const rate = (runs: { seconds: number }[]) => images / median(runs.map((run) => run.seconds));
  const cpu = (runs: { cpuMs: number }[]) => median(runs.map((run) => run.cpuMs)) / images;
  const [ours, theirs] = [cpu(pairs.map(({ a }) => a)), cpu(pairs.map(({ b }) => b))];
  const name = `${NAMES[kind]}, ${effort}, origin of ${latencyMs} ms`;
  await app.stop();
  return [
    {
      what: name,
      measured: `${rate(pairs.map(({ a }) => a)).toFixed(1)} images/s`,
      against: `raw sharp ${rate(pairs.map(({ b }) => b)).toFixed(1)} images/s`,
      ratio: median(pairs.map(({ a, b }) => b.seconds / a.seconds)),
      target: atLeast === undefined ? undefined : { atLeast },
    },
    {
      what: `${name}: CPU`,
      measured: `${ours.toFixed(2)} ms an image (app, PostgreSQL, Redis)`,
      against: `sharp ${theirs.toFixed(2)} ms`,
      ratio: ours / theirs,
    },
  ];
}
