import { type Measurement, median } from '../support/measurement.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

/** Measures ten images during a large request, compared with ten images alone. */
export async function fairness(environment: BenchEnvironment): Promise<Measurement[]> {
  const large = environment.small ? 20_000 : 100_000;
  const rounds = environment.small ? 5 : 11;
  const app = await environment.startApp();
  await app.measureSeconds(await environment.writeCatalog('photo', 50));

  const small = async () => {
    const csv = await environment.writeCatalog('photo', 10);
    const from = performance.now();
    await app.waitUntilCompleted(await app.upload(csv), 10);
    return (performance.now() - from) / 1000;
  };
  const alone: number[] = [];
  for (let i = 0; i < rounds; i++) alone.push(await small());
  const id = await app.upload(await environment.writeCatalog('photo', large));
  await waitForSteadyLoad(() => app.status(id));
  const beside: number[] = [];
  for (let i = 0; i < rounds; i++) beside.push(await small());
  return [
    {
      label: `10 images beside ${large}`,
      value: `${median(beside).toFixed(2)} s`,
      baseline: `alone ${median(alone).toFixed(2)} s`,
      ratio: median(beside) / median(alone),
      target: { atMost: 3 },
    },
  ];
}

/** Waits for steady load, when downloads are ahead of the decoders. */
async function waitForSteadyLoad(status: () => Promise<{ progress: { completed: number } }>) {
  while ((await status()).progress.completed < 100) await new Promise((r) => setTimeout(r, 100));
}
