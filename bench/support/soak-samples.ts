import { Redis } from 'ioredis';
import { Scrape } from '../../test/support/scrape.js';
import type { App } from './app.js';
import { readMemoryMb, readProcessName, listProcessTree } from './processes.js';
import type { Servers } from './servers.js';
import type { Series } from './soak-series.js';

const BYTES_PER_MB = 1024 * 1024;
/** Metrics of each process: label, unit, tolerance, metric, and factor that converts the metric to the unit. */
const PROCESS_METRICS = [
  ['memory', 'MB', 16, 'process_resident_memory_bytes', 1 / BYTES_PER_MB],
  ['heap', 'MB', 16, 'nodejs_heap_size_used_bytes', 1 / BYTES_PER_MB],
  ['descriptors', '', 8, 'process_open_fds', 1],
  ['event loop delay, p99', 'ms', 20, 'nodejs_eventloop_lag_p99_seconds', 1000],
] as const;
const WORKER_METRICS = [
  ['decoders', 'MB', 32, 'pressroom_decoder_memory_bytes', 1 / BYTES_PER_MB],
] as const;
const SCRAPE_TIMEOUT_MS = 5000;

/** Samples the processes of an installation, PostgreSQL and Redis. */
export class SoakSamples {
  /** Seconds since the first sample. */
  readonly times: number[] = [];
  readonly series: Series[] = [];
  private readonly startedAt = Date.now();

  constructor(
    private readonly apps: Readonly<Record<string, App>>,
    private readonly servers: Servers,
  ) {}

  async takeSample(): Promise<void> {
    const seconds = (Date.now() - this.startedAt) / 1000;
    const scrapes = await Promise.all(
      Object.entries(this.apps).map(async ([name, app]) => [name, await scrape(app)] as const),
    );
    for (const [appName, result] of scrapes) {
      for (const [name, unit, tolerance, metric, factor] of [
        ...PROCESS_METRICS,
        ...WORKER_METRICS,
      ]) {
        if (appName === 'api' && metric === WORKER_METRICS[0][3]) continue;
        const value = (result?.sumSeries(metric) ?? NaN) * factor;
        this.addValue({ label: `${appName}: ${name}`, unit, tolerance }, value);
      }
    }
    await this.sampleServers();
    this.times.push(seconds);
  }

  private async sampleServers(): Promise<void> {
    const redis = new Redis(this.servers.redisUrl);
    try {
      const usedBytes = /used_memory:(\d+)/.exec(await redis.info('memory'))?.[1];
      this.addValue(
        { label: 'Redis: memory', unit: 'MB', tolerance: 4 },
        Number(usedBytes) / BYTES_PER_MB,
      );
      this.addValue({ label: 'Redis: keys', unit: '', tolerance: 100 }, await redis.dbsize());
    } finally {
      redis.disconnect();
    }
    const postgres = listProcessTree(this.servers.pid).filter((pid) =>
      readProcessName(pid)?.startsWith('postgres'),
    );
    this.addValue(
      { label: 'PostgreSQL: memory', unit: 'MB', tolerance: 32 },
      readMemoryMb(postgres),
    );
    this.addValue({ label: 'PostgreSQL: processes', unit: '', tolerance: 4 }, postgres.length);
  }

  private addValue(quantity: Omit<Series, 'values'>, value: number): void {
    const existing = this.series.find(({ label }) => label === quantity.label);
    if (existing) existing.values.push(value);
    else this.series.push({ ...quantity, values: [value] });
  }
}

/** Returns undefined if the process does not respond in time. */
async function scrape({ metricsUrl }: App): Promise<Scrape | undefined> {
  try {
    const response = await fetch(metricsUrl!, { signal: AbortSignal.timeout(SCRAPE_TIMEOUT_MS) });
    return new Scrape(await response.text());
  } catch (error) {
    console.error(`${metricsUrl}: ${(error as Error).message}`);
    return undefined;
  }
}
