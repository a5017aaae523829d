import { join } from 'node:path';
import { FlaskBaseline } from '../support/flask-baseline.js';
import { type Measurement, interleaved, median } from '../support/measurement.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

const FAST = { quality: '50', effort: 'fast' };

/** Compares the throughput at `effort=fast` with sequential download, compression and writing. */
export async function flaskBaseline(environment: BenchEnvironment): Promise<Measurement[]> {
  const images = environment.small ? 300 : 1000;
  const app = await environment.startApp();
  const flask = await FlaskBaseline.start(join(environment.folder, 'flask-baseline'));
  const newUrls = (count: number, salt: string) =>
    Array.from({ length: count }, (_, i) => environment.origin.url('photo', i, salt));
  await app.measureSeconds(await environment.writeCatalog('photo', 50), FAST);
  await flask.measureSeconds(newUrls(20, 'warm'));

  const pairs = await interleaved(
    3,
    async () => app.measureSeconds(await environment.writeCatalog('photo', images), FAST),
    (round) => flask.measureSeconds(newUrls(images, `flask-${round}`)),
  );
  flask.stop();
  const rate = (seconds: number[]) => (images / median(seconds)).toFixed(1);
  return [
    {
      label: 'effort=fast, origin of 0 ms',
      value: `${rate(pairs.map(({ a }) => a))} images/s`,
      baseline: `sequential ${rate(pairs.map(({ b }) => b))} images/s`,
      ratio: median(pairs.map(({ a, b }) => b / a)),
      target: { atLeast: 2.5 },
    },
  ];
}
