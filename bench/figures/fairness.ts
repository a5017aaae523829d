import { type Figure, median } from '../support/figures.js';
import type { Stage } from '../support/stage.js';

/** Measures ten images during a large request, compared with ten images alone. */
export async function fairness(stage: Stage): Promise<Figure[]> {
  const large = stage.small ? 20_000 : 100_000;
  const rounds = stage.small ? 5 : 11;
  const app = await stage.app();
  await app.secondsFor(await stage.catalog('photo', 50));

  const small = async () => {
    const csv = await stage.catalog('photo', 10);
    const from = performance.now();
    await app.untilCompleted(await app.upload(csv), 10);
    return (performance.now() - from) / 1000;
  };
  const alone: number[] = [];
  for (let i = 0; i < rounds; i++) alone.push(await small());
  const id = await app.upload(await stage.catalog('photo', large));
  await untilBegun(() => app.status(id));
  const beside: number[] = [];
  for (let i = 0; i < rounds; i++) beside.push(await small());
  return [
    {
      what: `10 images beside ${large}`,
      measured: `${median(beside).toFixed(2)} s`,
      against: `alone ${median(alone).toFixed(2)} s`,
      ratio: median(beside) / median(alone),
      target: { atMost: 3 },
    },
  ];
}

/** Waits for steady load, when downloads are ahead of the decoders. */
async function untilBegun(status: () => Promise<{ progress: { completed: number } }>) {
  while ((await status()).progress.completed < 100) await new Promise((r) => setTimeout(r, 100));
}
