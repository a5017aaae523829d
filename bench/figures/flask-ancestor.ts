import { join } from 'node:path';
import { Ancestor } from '../support/ancestor.js';
import { type Figure, interleaved, median } from '../support/figures.js';
import type { Stage } from '../support/stage.js';

const FAST = { quality: '50', effort: 'fast' };

/** Photographs a second at `effort=fast`, against fetching, compressing and writing them one by one. */
export async function flaskAncestor(stage: Stage): Promise<Figure[]> {
  const images = stage.small ? 300 : 1000;
  const app = await stage.app();
  const ancestor = await Ancestor.start(join(stage.folder, 'ancestor'));
  const fresh = (count: number, salt: string) =>
    Array.from({ length: count }, (_, i) => stage.origin.url('photo', i, salt));
  await app.secondsFor(await stage.catalog('photo', 50), FAST);
  await ancestor.secondsFor(fresh(20, 'warm'));

  const pairs = await interleaved(
    3,
    async () => app.secondsFor(await stage.catalog('photo', images), FAST),
    (round) => ancestor.secondsFor(fresh(images, `ancestor-${round}`)),
  );
  ancestor.stop();
  const rate = (seconds: number[]) => (images / median(seconds)).toFixed(1);
  return [
    {
      what: 'effort=fast, origin of 0 ms',
      measured: `${rate(pairs.map(({ a }) => a))} images/s`,
      against: `one after the other ${rate(pairs.map(({ b }) => b))} images/s`,
      ratio: median(pairs.map(({ a, b }) => b / a)),
      target: { atLeast: 2.5 },
    },
  ];
}
