import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageLog } from '../../test/chaos/message-log.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { readCostCounters } from '../support/cost-counters.js';
import { type Kind, KINDS } from '../support/corpus.js';
import { measureBytesAfterVacuum, measureEnqueues } from '../support/database-cost.js';
import { measureDeletionCost } from '../support/deletion-cost.js';
import { Installation } from '../support/installation.js';
import type { Measurement } from '../support/measurement.js';
import { PollingClient } from '../support/polling-client.js';
import { hasPrometheus, Prometheus } from '../support/prometheus.js';
import { toSoakMeasurements } from '../support/soak-measurements.js';
import { readAlerts, readPanels } from '../support/soak-panels.js';
import { describeSoak, writeSoakRecord } from '../support/soak-record.js';
import { SoakSamples } from '../support/soak-samples.js';
import { runSteadyLoad } from '../support/steady-load.js';

const SAMPLE_INTERVAL_MS = 5000;
const WARM_UP_IMAGES = 600;
/** Number of images in the request that measures the throughput. A photograph takes about as long as ten thumbnails. */
const CALIBRATION_IMAGES = { photographs: 600, thumbnails: 3000 };

/**
 * Runs one API and two workers at half of their throughput. Samples memory, file descriptors and
 * event loop delay, and measures the cost of an image. A quantity is flat if the median of the last
 * quarter is at most 10% above that of the second quarter, or within its tolerance. If Prometheus
 * is installed, it scrapes the API and both workers. Variables:
 *
 * - `MINUTES`: duration
 * - `IMAGE_KINDS`: kinds of images and how often each occurs, e.g. `thumb:19,progressive:1`
 * - `IMAGES_PER_SECOND`: upload rate instead of half of the throughput
 * - `KEPT_REQUESTS`: number of requests to keep; older requests are deleted. By default, all requests
 *   are kept until the end.
 * - `RECORD`: folder for the measurements and plots
 * - `STORAGE`: `disk` (default) or `s3`
 */
export async function benchmarkSoak(environment: BenchEnvironment): Promise<Measurement[]> {
  const { MINUTES, IMAGE_KINDS, IMAGES_PER_SECOND, KEPT_REQUESTS, RECORD, STORAGE } = process.env;
  const minutes = Number(MINUTES ?? (environment.isSmall ? 2 : 10));
  const kinds = parseKinds(IMAGE_KINDS ?? 'progressive');
  const maxKeptRequests = Number(KEPT_REQUESTS ?? Infinity);
  const { servers, origin } = environment;
  const receiver = await MessageLog.start();
  environment.addCleanup(() => receiver.close());
  const installation = await Installation.start(environment, {
    storage: STORAGE,
    env: {
      OUTBOUND_ALLOW: `${origin.allow},${receiver.allow}`,
      METRICS: 'on',
      METRICS_PORT: '0',
    },
  });
  const [worker1, worker2] = installation.workers;
  const apps = { api: installation.api, 'worker 1': worker1, 'worker 2': worker2 };
  const prometheus = hasPrometheus ? await Prometheus.startFor(environment, apps) : undefined;
  const client = new PollingClient({
    url: installation.url,
    webhookUrl: receiver.url('/hook'),
    imageUrl: (n) => origin.url(kinds[n % kinds.length], n, 'soak'),
  });
  const maxRate = await measureRate(client, kinds);
  const uploadRate = Number(IMAGES_PER_SECOND ?? (maxRate / 2).toFixed(1));
  console.log(`${maxRate.toFixed(1)} images/s without a limit; uploading ${uploadRate} images/s`);

  const otherPids = { nginx: installation.nginxPid, origin: origin.pid };
  const readCounters = () => readCostCounters({ apps, servers, otherPids });
  const samples = new SoakSamples(apps, servers);
  const before = await readCounters();
  const startedAt = Date.now();
  const endsAt = startedAt + minutes * 60_000;
  const loadRun = runSteadyLoad(client, receiver, {
    imagesPerSecond: uploadRate,
    endsAt,
    maxKeptRequests,
  });
  while (Date.now() < endsAt) await Promise.all([samples.takeSample(), sleep(SAMPLE_INTERVAL_MS)]);
  const imageCount = await loadRun;
  const after = await readCounters();

  const [start, end] = [startedAt / 1000, Date.now() / 1000];
  const record = {
    minutes,
    maxRate,
    uploadRate,
    imageCount,
    before,
    after,
    callCount: client.callCount,
    failures: client.failures,
    times: samples.times,
    series: samples.series,
    prometheus: prometheus && {
      panels: await readPanels(prometheus, start, end),
      alerts: await readAlerts(prometheus, start, end),
    },
  };
  const folder = RECORD ?? join(tmpdir(), 'pressroom-soak');
  writeSoakRecord(folder, record);
  console.log(`${describeSoak(record)}. Measurements and plots: ${folder}`);
  for (const failure of client.failures.slice(0, 10)) console.error(failure);
  if (maxKeptRequests !== Infinity) return toSoakMeasurements(record);
  const rows = await servers.withDatabase(async (db) => [
    await measureEnqueues(db),
    await measureBytesAfterVacuum(db, {}, client.uploadedImageCount),
  ]);
  return [...toSoakMeasurements(record), ...rows, await measureDeletionCost(servers, client)];
}

/** @throws Error if a kind is unknown, or its number is below 1 */
function parseKinds(text: string): Kind[] {
  return text.split(',').flatMap((entry) => {
    const [name, count = '1'] = entry.split(':');
    const kind = KINDS.find((known) => known === name);
    if (!kind || !(Number(count) >= 1)) {
      throw new Error(
        `IMAGE_KINDS: ${entry} is invalid. Use <kind>:<number> with one of ${KINDS.join(', ')}`,
      );
    }
    return Array.from({ length: Number(count) }, () => kind);
  });
}

/** Returns the images per second of one request. Before that, another request warms up the processes. */
async function measureRate(client: PollingClient, kinds: readonly Kind[]): Promise<number> {
  const { photographs, thumbnails } = CALIBRATION_IMAGES;
  const imageCount = kinds.includes('thumb') ? thumbnails : photographs;
  await client.waitForShare((await client.upload(WARM_UP_IMAGES))!, 1);
  const startedAt = Date.now();
  await client.waitForShare((await client.upload(imageCount))!, 1);
  return imageCount / ((Date.now() - startedAt) / 1000);
}
