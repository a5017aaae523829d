import { type Figure, interleaved, median } from '../support/figures.js';
import type { Kind } from '../support/corpus.js';
import { cpuMs, familyOf } from '../support/processes.js';
import type { Stage } from '../support/stage.js';

const OPTIONS = { quality: 50, format: 'original' } as const;

/**
 * Images a second from `POST /upload` to `completed`, against sharp alone on the same images. Usual
 * JPEGs do not go through sharp (ADR 21); progressive ones do, and show what the app itself costs.
 */
export async function throughput(stage: Stage): Promise<Figure[]> {
  const images = stage.small ? 300 : 2000;
  return [
    await against(stage, { kind: 'photo', images, latencyMs: 0, atLeast: 0.92 }),
    await against(stage, { kind: 'photo', images, latencyMs: 100, atLeast: 0.92 }),
    await against(stage, { kind: 'progressive', images: images / 2, latencyMs: 0 }),
  ].flat();
}

/** The same with images of 10 KB, where all that is not sharp weighs most. */
export function thumbnails(stage: Stage): Promise<Figure[]> {
  const images = stage.small ? 3000 : 20_000;
  return against(stage, { kind: 'thumb', images, latencyMs: 0, atLeast: 0.5 });
}

const NAMES: Partial<Record<Kind, string>> = {
  photo: 'Throughput',
  progressive: 'Throughput of progressive JPEGs',
  thumb: 'Thumbnails',
};

interface Load {
  kind: Kind;
  images: number;
  latencyMs: number;
  atLeast?: number;
}

async function against(
  stage: Stage,
  { kind, images, latencyMs, atLeast }: Load,
): Promise<Figure[]> {
  const [app, raw] = [await stage.app(), await stage.rawSharp()];
  await app.secondsFor(await stage.catalog(kind, 50, latencyMs));
  await raw.run(kind, 50, OPTIONS);

  const family = [...familyOf(app.pid), ...familyOf(stage.servers.pid)];
  const pairs = await interleaved(
    3,
    async () => {
      const csv = await stage.catalog(kind, images, latencyMs);
      const before = cpuMs(family);
      const seconds = await app.secondsFor(csv);
      return { seconds, cpuMs: cpuMs(family) - before };
    },
    () => raw.run(kind, images, OPTIONS),
  );
  const rate = (runs: { seconds: number }[]) => images / median(runs.map((run) => run.seconds));
  const cpu = (runs: { cpuMs: number }[]) => median(runs.map((run) => run.cpuMs)) / images;
  const [ours, theirs] = [cpu(pairs.map(({ a }) => a)), cpu(pairs.map(({ b }) => b))];
  const name = `${NAMES[kind]}, origin of ${latencyMs} ms`;
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
