import { type Measurement, median } from '../support/measurement.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

/** Measures the time for ten images during a large request, compared with ten images without other load. */
export async function benchmarkFairness(environment: BenchEnvironment): Promise<Measurement[]> {
  const largeImageCount = environment.isSmall ? 20_000 : 100_000;
  const roundCount = environment.isSmall ? 5 : 11;
  const app = await environment.startApp();
  await app.measureSeconds(await environment.writeCatalog('photo', 50));

  const measureSmallRequest = async () => {
    const csv = await environment.writeCatalog('photo', 10);
    const startedAt = performance.now();
    await app.waitUntilCompleted(await app.upload(csv), 10);
    return (performance.now() - startedAt) / 1000;
  };
  const baselineSeconds: number[] = [];
  for (let i = 0; i < roundCount; i++) baselineSeconds.push(await measureSmallRequest());
  const id = await app.upload(await environment.writeCatalog('photo', largeImageCount));
  await waitForSteadyLoad(() => app.getStatus(id));
  const concurrentSeconds: number[] = [];
  for (let i = 0; i < roundCount; i++) concurrentSeconds.push(await measureSmallRequest());
  return [
    {
      label: `10 images next to ${largeImageCount}`,
      value: `${median(concurrentSeconds).toFixed(2)} s`,
      baseline: `alone ${median(baselineSeconds).toFixed(2)} s`,
      ratio: median(concurrentSeconds) / median(baselineSeconds),
      target: { atMost: 3 },
    },
  ];
}

/** Waits for a steady load, at which downloads are ahead of the decoders. */
async function waitForSteadyLoad(getStatus: () => Promise<{ progress: { completed: number } }>) {
  while ((await getStatus()).progress.completed < 100) await new Promise((r) => setTimeout(r, 100));
}
