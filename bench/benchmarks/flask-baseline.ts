import { join } from 'node:path';
import { FlaskBaseline } from '../support/flask-baseline.js';
import { type Measurement, runInterleaved, median } from '../support/measurement.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

const FAST_OPTIONS = { quality: '50', effort: 'fast' };

/** Compares the throughput at `effort=fast` with sequential download, compression and writing. */
export async function benchmarkFlaskBaseline(
  environment: BenchEnvironment,
): Promise<Measurement[]> {
  const imageCount = environment.isSmall ? 300 : 1000;
  const app = await environment.startApp();
  const flask = await FlaskBaseline.start(join(environment.folder, 'flask-baseline'));
  const createUrls = (count: number, salt: string) =>
    Array.from({ length: count }, (_, i) => environment.origin.url('photo', i, salt));
  await app.measureSeconds(await environment.writeCatalog('photo', 50), FAST_OPTIONS);
  await flask.measureSeconds(createUrls(20, 'warm'));

  const pairs = await runInterleaved(
    3,
    async () =>
      app.measureSeconds(await environment.writeCatalog('photo', imageCount), FAST_OPTIONS),
    (round) => flask.measureSeconds(createUrls(imageCount, `flask-${round}`)),
  );
  flask.stop();
  const formatRate = (seconds: number[]) => (imageCount / median(seconds)).toFixed(1);
  return [
    {
      label: 'effort=fast, origin latency 0 ms',
      value: `${formatRate(pairs.map(({ a }) => a))} images/s`,
      baseline: `sequential ${formatRate(pairs.map(({ b }) => b))} images/s`,
      ratio: median(pairs.map(({ a, b }) => b / a)),
      target: { atLeast: 2.5 },
    },
  ];
}
