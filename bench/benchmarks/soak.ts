import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageLog } from '../../test/chaos/message-log.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { Installation } from '../support/installation.js';
import { lineCharts } from '../support/line-charts.js';
import type { Measurement } from '../support/measurement.js';
import { PollingClient } from '../support/polling-client.js';
import { SoakSamples } from '../support/soak-samples.js';
import { type Series, trendOf } from '../support/soak-series.js';

const SAMPLE_MS = 5000;
const UPLOAD_MS = 5000;
/** Requests that are kept. Older ones are deleted, so no table and no folder grows. */
const KEPT_REQUESTS = 24;
const CALIBRATION_IMAGES = 600;

/**
 * Runs one API and two workers at half of their throughput and samples memory, descriptors and event loop
 * delay. A quantity is flat if the median of the last quarter is at most 10 % above that of the second
 * quarter, or within its tolerance. `MINUTES` sets the duration, `PLOT` the path of the SVG.
 */
export async function soak(environment: BenchEnvironment): Promise<Measurement[]> {
  const minutes = Number(process.env.MINUTES ?? (environment.small ? 2 : 10));
  const receiver = await MessageLog.start();
  environment.addCleanup(() => receiver.close());
  const installation = await Installation.start(environment, {
    storage: process.env.STORAGE,
    env: {
      OUTBOUND_ALLOW: `${environment.origin.allow},${receiver.allow}`,
      METRICS: 'on',
      METRICS_PORT: '0',
    },
  });
  const client = new PollingClient({
    url: installation.url,
    webhookUrl: receiver.url('/hook'),
    imageUrl: (n) => environment.origin.url('progressive', n, 'soak'),
  });
  const rate = await measureRate(client);
  const imagesPerUpload = Math.max(1, Math.round(((rate / 2) * UPLOAD_MS) / 1000));
  const [worker1, worker2] = installation.workers;
  const apps = { api: installation.api, 'worker 1': worker1, 'worker 2': worker2 };
  const samples = new SoakSamples(apps, environment.servers);
  const end = Date.now() + minutes * 60_000;
  const loading = keepLoading(client, receiver, imagesPerUpload, end);
  while (Date.now() < end) {
    await Promise.all([samples.takeSample(), sleep(SAMPLE_MS)]);
  }
  const images = await loading;

  const title = `${minutes} minutes at ${imagesPerUpload / (UPLOAD_MS / 1000)} images/s, half of ${rate.toFixed(1)}`;
  const plot = process.env.PLOT ?? join(tmpdir(), 'pressroom-soak.svg');
  writeFileSync(plot, lineCharts(title, samples.series, samples.times));
  console.log(`${title}. Plot: ${plot}`);
  for (const failure of client.failures.slice(0, 10)) console.error(failure);
  return [
    {
      label: `Soak of ${minutes} minutes: calls without a failure`,
      value: `${client.calls - client.failures.length} of ${client.calls} calls`,
      baseline: `${images} images`,
      ratio: 1 - client.failures.length / client.calls,
      target: { atLeast: 1 },
    },
    ...samples.series.map((series) => toMeasurement(series, samples.times)),
  ];
}

/** Returns the images per second of one request. Also warms the processes up. */
async function measureRate(client: PollingClient): Promise<number> {
  const from = Date.now();
  const id = await client.upload(CALIBRATION_IMAGES);
  await client.waitForShare(id!, 1);
  return CALIBRATION_IMAGES / ((Date.now() - from) / 1000);
}

/** Uploads at a steady pace, polls and downloads. Waits while the machine is too slow for the pace. */
async function keepLoading(
  client: PollingClient,
  receiver: MessageLog,
  imagesPerUpload: number,
  end: number,
): Promise<number> {
  let images = 0;
  const ids: string[] = [];
  while (Date.now() < end) {
    const pause = sleep(UPLOAD_MS);
    const id = await client.upload(imagesPerUpload);
    if (id !== undefined) ids.push(id);
    images += imagesPerUpload;
    for (const polled of ids.slice(-3)) await client.status(polled);
    const earlier = ids.at(-3);
    if (earlier !== undefined) {
      await client.waitForShare(earlier, 1);
      await client.download(earlier);
    }
    if (ids.length > KEPT_REQUESTS) await client.deleteRequest(ids.shift()!);
    receiver.messages.clear();
    await pause;
  }
  return images;
}

function toMeasurement(series: Series, times: readonly number[]): Measurement {
  const { begin, end, limit, slopePerHour } = trendOf(series, times);
  const { label, unit } = series;
  const format = (value: number) => `${value.toFixed(1)} ${unit}`.trimEnd();
  return {
    label,
    value: `${format(end)}, slope ${format(slopePerHour)} per hour`,
    baseline: `second quarter ${format(begin)}, flat up to ${format(limit)}`,
    ratio: end / limit,
    target: { atMost: 1 },
  };
}
