import { type Measurement, runInterleaved, median } from '../support/measurement.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

/** Measures the second upload of a catalog with unchanged images, compared with the first upload. */
export async function unchangedCatalog(environment: BenchEnvironment): Promise<Measurement[]> {
  const images = environment.isSmall ? 500 : 2000;
  const app = await environment.startApp();
  await app.measureSeconds(await environment.writeCatalog('photo', 50));
  let csv = '';
  const pairs = await runInterleaved(
    3,
    async () => {
      csv = await environment.writeCatalog('photo', images);
      return app.measureSeconds(csv);
    },
    () => app.measureSeconds(csv),
  );
  const secondUpload = median(pairs.map(({ b }) => b));
  return [
    {
      label: `Unchanged catalog of ${images} images`,
      value: `${secondUpload.toFixed(2)} s, ${Math.round(images / secondUpload)} images/s`,
      baseline: `first upload ${median(pairs.map(({ a }) => a)).toFixed(2)} s`,
      ratio: median(pairs.map(({ a, b }) => a / b)),
      target: { atLeast: 15 },
    },
  ];
}
