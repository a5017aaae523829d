import { type Figure, quantile } from '../support/figures.js';
import { PeakMemory, familyOf, memoryMb } from '../support/processes.js';
import type { Stage } from '../support/stage.js';

/** Measures the status of a request of 2,000,000 images during processing, compared with `/health/live`. */
export async function statusUnderLoad(stage: Stage): Promise<Figure[]> {
  const images = stage.small ? 100_000 : 2_000_000;
  const asked = stage.small ? 200 : 1000;
  const app = await stage.app();
  await app.secondsFor(await stage.catalog('thumb', 200));
  const idleMb = memoryMb(familyOf(app.pid));
  const id = await app.upload(await stage.catalog('thumb', images, 0, 2));
  const redisIdle = await stage.servers.redisMemoryMb();
  const memory = new PeakMemory(app.pid);

  const paths = {
    live: '/health/live',
    summary: `/status/${id}?limit=0`,
    page: `/status/${id}?limit=100`,
  };
  const times: Record<keyof typeof paths, number[]> = { live: [], summary: [], page: [] };
  for (let i = 0; i < asked; i++) {
    for (const [name, path] of Object.entries(paths)) {
      const from = performance.now();
      const response = await fetch(app.url + path);
      await response.arrayBuffer();
      times[name as keyof typeof paths].push(performance.now() - from);
    }
  }
  const redisMb = await stage.servers.redisMemoryMb();
  const { progress } = await app.status(id);
  if (progress.completed === progress.total)
    throw new Error('The request ended during the measurement');
  const figure = (what: string, of: keyof typeof paths, share: number): Figure => {
    const [time, live] = [quantile(times[of], share), quantile(times.live, share)];
    return {
      what: `Status under load: ${what}, p${share * 100}`,
      measured: `${time.toFixed(1)} ms`,
      against: `/health/live ${live.toFixed(1)} ms`,
      ratio: time / live,
    };
  };
  return [
    figure('limit=0', 'summary', 0.5),
    { ...figure('limit=0', 'summary', 0.99), target: { atMost: 3 } },
    figure('a page of 100', 'page', 0.5),
    figure('a page of 100', 'page', 0.99),
    {
      what: `Work on ${images} open images: memory of the app and its decoders`,
      measured: `${memory.stop().toFixed(0)} MB at its peak`,
      against: `${idleMb.toFixed(0)} MB idle`,
      ratio: memory.stop() - idleMb,
    },
    {
      what: `Redis with ${images} images open`,
      measured: `${redisMb.toFixed(1)} MB`,
      against: `${redisIdle.toFixed(1)} MB at the start`,
      ratio: redisMb,
      target: { atMost: 50 },
    },
  ];
}
