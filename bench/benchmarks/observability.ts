import type { BenchEnvironment } from '../support/bench-environment.js';
import { type Measurement, median } from '../support/measurement.js';
import { readCpuMs } from '../support/processes.js';
import { TraceCollector } from '../../test/support/trace-collector.js';

const WARM_UP_IMAGES = 300;
const ROUNDS = 3;
/** Small enough for a process to trace every image of the request. */
const IMAGES_PER_REQUEST = 1000;
/** Shorter than the usual interval of 15 seconds. */
const SCRAPE_INTERVAL_MS = 5000;

interface Variant {
  label: string;
  env: Record<string, string>;
}

/**
 * Compares the CPU time per image of the app's main process without metrics, with scraped metrics
 * and with exported traces. Excludes the decoders. Uses thumbnails, for which the overhead is
 * largest.
 */
export async function benchmarkObservability(
  environment: BenchEnvironment,
): Promise<Measurement[]> {
  const requestCount = environment.isSmall ? 2 : 10;
  const collector = await TraceCollector.start();
  environment.addCleanup(() => collector.close());
  const baseline: Variant = { label: 'off', env: {} };
  const variants: Variant[] = [
    { label: 'metrics, scraped every 5 s', env: { METRICS: 'on', METRICS_PORT: '0' } },
    { label: 'traces of every image', env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } },
  ];
  const times = new Map<Variant, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const variant of [baseline, ...variants]) {
      const ms = await measureCpuMs(environment, variant, requestCount);
      times.set(variant, [...(times.get(variant) ?? []), ms]);
    }
  }
  const getCpuMsPerImage = (variant: Variant) =>
    median(times.get(variant)!) / (requestCount * IMAGES_PER_REQUEST);
  return variants.map((variant) => ({
    label: `CPU of the app per image with ${variant.label}`,
    value: `${getCpuMsPerImage(variant).toFixed(3)} ms`,
    baseline: `without ${getCpuMsPerImage(baseline).toFixed(3)} ms`,
    ratio: getCpuMsPerImage(variant) / getCpuMsPerImage(baseline),
    target: { atMost: 1.1 },
  }));
}

async function measureCpuMs(
  environment: BenchEnvironment,
  { env }: Variant,
  requestCount: number,
): Promise<number> {
  const app = await environment.startApp(env);
  await app.measureSeconds(await environment.writeCatalog('thumb', WARM_UP_IMAGES));
  const catalogs: string[] = [];
  for (let n = 0; n < requestCount; n++) {
    catalogs.push(await environment.writeCatalog('thumb', IMAGES_PER_REQUEST));
  }
  const scrapeTimer = setInterval(() => {
    if (app.metricsUrl) void fetch(app.metricsUrl).then((response) => response.text());
  }, SCRAPE_INTERVAL_MS);
  const before = readCpuMs([app.pid]);
  for (const catalog of catalogs) await app.measureSeconds(catalog);
  const ms = readCpuMs([app.pid]) - before;
  clearInterval(scrapeTimer);
  await app.stop();
  return ms;
}
