import { type Figure, interleaved, median } from '../support/figures.js';
import type { Stage } from '../support/stage.js';

/** V8 compiles what is hot; each process does so for itself. */
const WARM_UP = 200;

/**
 * Two apps on a core each against one app on one core, on the same PostgreSQL and Redis. One decoder
 * each, as each sees one core.
 */
export async function scaleOut(stage: Stage): Promise<Figure[]> {
  const images = stage.small ? 200 : 2000;
  const env = { DECODERS: '1' };
  const one = () => stage.app(env, { cpus: '0' });
  const pairs = await interleaved(
    3,
    async () => {
      const app = await one();
      await app.secondsFor(await stage.catalog('photo', WARM_UP));
      const seconds = await app.secondsFor(await stage.catalog('photo', images));
      await app.stop();
      return seconds;
    },
    async () => {
      const [app, other] = [await one(), await stage.app(env, { cpus: '1' })];
      await app.secondsFor(await stage.catalog('photo', 2 * WARM_UP));
      const seconds = await app.secondsFor(await stage.catalog('photo', images));
      await Promise.all([app.stop(), other.stop()]);
      return seconds;
    },
  );
  return [
    {
      what: 'Two workers on a core each',
      measured: `${(images / median(pairs.map(({ b }) => b))).toFixed(1)} images/s`,
      against: `one on one core ${(images / median(pairs.map(({ a }) => a))).toFixed(1)} images/s`,
      ratio: median(pairs.map(({ a, b }) => a / b)),
      target: { atLeast: 1.8 },
    },
  ];
}
