import type { BenchEnvironment } from '../support/bench-environment.js';
import { type Measurement, median } from '../support/measurement.js';
import { cpuMs } from '../support/processes.js';
import { TraceCollector } from '../../test/support/trace-collector.js';

const WARM_UP_IMAGES = 300;
const ROUNDS = 3;
/** All images of such a request are traced. */
const REQUEST_IMAGES = 1000;
/** More frequent than the default of Prometheus, which is 15 seconds. */
const SCRAPE_MS = 5000;

interface Variant {
  label: string;
  env: Record<string, string>;
}

/**
 * Compares the CPU time of the app's own process per image without and with metrics that are
 * scraped, and with traces that are exported. The decoders are not included. The overhead is
 * largest for thumbnails.
 */
export async function observability(environment: BenchEnvironment): Promise<Measurement[]> {
  const requests = environment.small ? 2 : 10;
  const collector = await TraceCollector.start();
  environment.addCleanup(() => collector.close());
  const off: Variant = { label: 'off', env: {} };
  const variants: Variant[] = [
    { label: 'metrics, scraped every 5 s', env: { METRICS: 'on', METRICS_PORT: '0' } },
    { label: 'traces of every image', env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } },
  ];
  const times = new Map<Variant, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const variant of [off, ...variants]) {
      const ms = await measureCpuMs(environment, variant, requests);
      times.set(variant, [...(times.get(variant) ?? []), ms]);
    }
  }
  const cpu = (variant: Variant) => median(times.get(variant)!) / (requests * REQUEST_IMAGES);
  return variants.map((variant) => ({
    label: `CPU of the app per image with ${variant.label}`,
    value: `${cpu(variant).toFixed(3)} ms`,
    baseline: `without ${cpu(off).toFixed(3)} ms`,
    ratio: cpu(variant) / cpu(off),
    target: { atMost: 1.1 },
  }));
}

async function measureCpuMs(
  environment: BenchEnvironment,
  { env }: Variant,
  requests: number,
): Promise<number> {
  const app = await environment.startApp(env);
  await app.measureSeconds(await environment.writeCatalog('thumb', WARM_UP_IMAGES));
  const catalogs: string[] = [];
  for (let n = 0; n < requests; n++) {
    catalogs.push(await environment.writeCatalog('thumb', REQUEST_IMAGES));
  }
  const scrapes = setInterval(() => {
    if (app.metricsUrl) void fetch(app.metricsUrl).then((response) => response.text());
  }, SCRAPE_MS);
  const before = cpuMs([app.pid]);
  for (const catalog of catalogs) await app.measureSeconds(catalog);
  const ms = cpuMs([app.pid]) - before;
  clearInterval(scrapes);
  await app.stop();
  return ms;
}
