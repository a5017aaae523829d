import { type Measurement, runInterleaved, median } from '../support/measurement.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

/** Measures the second upload of a catalog with unchanged images, compared with the first upload. */
export async function benchmarkUnchangedCatalog(
  environment: BenchEnvironment,
): Promise<Measurement[]> {
  const imageCount = environment.isSmall ? 500 : 2000;
  const app = await environment.startApp();
  await app.measureSeconds(await environment.writeCatalog('photo', 50));
  let csv = '';
  const pairs = await runInterleaved(
    3,
    async () => {
      csv = await environment.writeCatalog('photo', imageCount);
      return app.measureSeconds(csv);
    },
    () => app.measureSeconds(csv),
  );
  const secondUpload = median(pairs.map(({ b }) => b));
  return [
    {
      label: `Unchanged catalog of ${imageCount} images`,
      value: `${secondUpload.toFixed(2)} s, ${Math.round(imageCount / secondUpload)} images/s`,
      baseline: `first upload ${median(pairs.map(({ a }) => a)).toFixed(2)} s`,
      ratio: median(pairs.map(({ a, b }) => a / b)),
      target: { atLeast: 15 },
    },
  ];
}
