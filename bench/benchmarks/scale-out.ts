import { type Measurement, interleaved, median } from '../support/measurement.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

/** Images before the measurement, for the just-in-time compilation of each process. */
const WARM_UP_IMAGES = 200;

/** Compares two apps on one core each with one app on one core. All use the same PostgreSQL and Redis. */
export async function scaleOut(environment: BenchEnvironment): Promise<Measurement[]> {
  const images = environment.small ? 200 : 2000;
  const env = { DECODERS: '1' };
  const startFirst = () => environment.startApp(env, { cpus: '0' });
  const pairs = await interleaved(
    3,
    async () => {
      const app = await startFirst();
      await app.measureSeconds(await environment.writeCatalog('photo', WARM_UP_IMAGES));
      const seconds = await app.measureSeconds(await environment.writeCatalog('photo', images));
      await app.stop();
      return seconds;
    },
    async () => {
      const [app, other] = [await startFirst(), await environment.startApp(env, { cpus: '1' })];
      await app.measureSeconds(await environment.writeCatalog('photo', 2 * WARM_UP_IMAGES));
      const seconds = await app.measureSeconds(await environment.writeCatalog('photo', images));
      await Promise.all([app.stop(), other.stop()]);
      return seconds;
    },
  );
  return [
    {
      label: 'Two apps on one core each',
      value: `${(images / median(pairs.map(({ b }) => b))).toFixed(1)} images/s`,
      baseline: `one app on one core ${(images / median(pairs.map(({ a }) => a))).toFixed(1)} images/s`,
      ratio: median(pairs.map(({ a, b }) => a / b)),
      target: { atLeast: 1.8 },
    },
  ];
}
