import { type Measurement, quantile } from '../support/measurement.js';
import { PeakMemory, listProcessTree, readMemoryMb } from '../support/processes.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

/** Measures `GET /status/:id` while a request with 2,000,000 images is processed, compared with `/health/live`. */
export async function benchmarkStatus(environment: BenchEnvironment): Promise<Measurement[]> {
  const imageCount = environment.isSmall ? 100_000 : 2_000_000;
  const callCount = environment.isSmall ? 200 : 1000;
  const app = await environment.startApp();
  await app.measureSeconds(await environment.writeCatalog('thumb', 200));
  const idleMb = readMemoryMb(listProcessTree(app.pid));
  const id = await app.upload(await environment.writeCatalog('thumb', imageCount, 0, 2));
  const redisIdleMb = await environment.servers.readRedisMemoryMb();
  const memory = new PeakMemory(app.pid);

  const paths = {
    live: '/health/live',
    summary: `/status/${id}?limit=0`,
    page: `/status/${id}?limit=100`,
  };
  const times: Record<keyof typeof paths, number[]> = { live: [], summary: [], page: [] };
  for (let i = 0; i < callCount; i++) {
    for (const [name, path] of Object.entries(paths)) {
      const startedAt = performance.now();
      const response = await fetch(app.url + path);
      await response.arrayBuffer();
      times[name as keyof typeof paths].push(performance.now() - startedAt);
    }
  }
  const redisMb = await environment.servers.readRedisMemoryMb();
  const { progress } = await app.getStatus(id);
  if (progress.completed === progress.total)
    throw new Error('The request ended during the measurement');
  const toMeasurement = (
    label: string,
    pathName: keyof typeof paths,
    share: number,
  ): Measurement => {
    const [time, live] = [quantile(times[pathName], share), quantile(times.live, share)];
    return {
      label: `Status under load: ${label}, p${share * 100}`,
      value: `${time.toFixed(1)} ms`,
      baseline: `/health/live ${live.toFixed(1)} ms`,
      ratio: time / live,
    };
  };
  return [
    toMeasurement('limit=0', 'summary', 0.5),
    { ...toMeasurement('limit=0', 'summary', 0.99), target: { atMost: 3 } },
    toMeasurement('a page of 100', 'page', 0.5),
    toMeasurement('a page of 100', 'page', 0.99),
    {
      label: `Processing of ${imageCount} unfinished images: memory of the app and its decoders`,
      value: `${memory.stop().toFixed(0)} MB at its peak`,
      baseline: `${idleMb.toFixed(0)} MB idle`,
      ratio: memory.stop() - idleMb,
    },
    {
      label: `Redis with ${imageCount} unfinished images`,
      value: `${redisMb.toFixed(1)} MB`,
      baseline: `${redisIdleMb.toFixed(1)} MB at the start`,
      ratio: redisMb,
      target: { atMost: 50 },
    },
  ];
}
