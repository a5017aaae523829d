import { beforeAll, describe, expect, it } from 'vitest';
import { METRICS } from '../../src/platform/telemetry/metric-table.js';
import { eventually } from '../support/eventually.js';
import { serveFile, sendStatus } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';
import { findMetricsUrl, type Scrape, scrape } from '../support/scrape.js';

const scenario = Scenario.forThisFile({
  origin: true,
  receiver: true,
  env: { METRICS: 'on', METRICS_PORT: '0', IMAGE_ATTEMPTS: '1' },
});

describe('The metrics', () => {
  let metricsUrl: string;
  let requestId: string;
  let metrics: Scrape;

  beforeAll(async () => {
    metricsUrl = await findMetricsUrl(scenario.app);
    const { origin, receiver, api } = scenario;
    const photo = await photograph(64, 48).jpeg({ quality: 95 }).toBuffer();
    origin
      .on('/good.jpg', serveFile(photo, { 'content-type': 'image/jpeg' }))
      .on('/odd.jpg', sendStatus(799));
    const urls = ['good.jpg', 'missing.jpg', 'odd.jpg'].map((name) => origin.url(`/${name}`));
    const hook = receiver.addEndpoint();
    requestId = await api.uploadAccepted(
      `serial,url\n${urls.map((url, i) => `${i},${url}`).join('\n')}`,
      {
        webhook_url: hook.url,
      },
    );
    await api.waitUntilFinal(requestId);
    metrics = await eventually(
      async () => {
        const result = await scrape(metricsUrl);
        const delivered = { outcome: 'delivered' };
        return result.sumSeries('pressroom_webhook_attempts_total', delivered) === 1
          ? result
          : undefined;
      },
      { description: 'the delivery to be counted' },
    );
  });

  it('The metrics count images by outcome and sum their bytes', () => {
    expect(metrics.sumSeries('pressroom_images_completed_total', { artifact: 'made' })).toBe(1);
    expect(metrics.sumSeries('pressroom_images_failed_total', { code: 'http_404' })).toBe(1);
    expect(metrics.sumSeries('pressroom_images_failed_total', { code: 'http_other' })).toBe(1);
    const bytesIn = metrics.sumSeries('pressroom_image_source_bytes_total')!;
    expect(metrics.sumSeries('pressroom_image_artifact_bytes_total')).toBeLessThanOrEqual(bytesIn);
  });

  it('The metrics observe each stage of an image once', () => {
    const countStage = (stage: string) =>
      metrics.sumSeries('pressroom_image_stage_duration_seconds_count', { stage });
    expect(['wait', 'slot', 'download', 'record'].map(countStage)).toEqual([3, 3, 3, 3]);
    expect(['compress', 'store'].map(countStage)).toEqual([1, 1]);
    expect(
      metrics.sumSeries('pressroom_storage_operation_duration_seconds_count', { operation: 'put' }),
    ).toBe(1);
  });

  it('The metrics show dependencies, unfinished work and the build', () => {
    expect(metrics.sumSeries('pressroom_dependency_up')).toBe(3);
    expect(metrics.sumSeries('pressroom_images_open')).toBe(0);
    expect(metrics.sumSeries('pressroom_queue_jobs', { queue: 'images' })).toBe(0);
    expect(metrics.sumSeries('pressroom_build_info', { role: 'all' })).toBe(1);
    expect(metrics.sumSeries('pressroom_decoders_running')).toBeGreaterThanOrEqual(1);
    expect(metrics.sumSeries('pressroom_decoder_memory_bytes')).toBeGreaterThan(0);
    expect(metrics.sumSeries('pressroom_postgresql_pool_connections')).toBeGreaterThan(0);
    expect(metrics.sumSeries('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
  });

  it('The metrics match the entries of the metric table', () => {
    const names = [...metrics.text.matchAll(/^# TYPE (pressroom_\w+)/gm)].map(([, name]) => name);
    expect(names.toSorted()).toEqual(Object.keys(METRICS).toSorted());
  });

  it('The metrics contain no host, ID or URL', () => {
    const { origin, receiver } = scenario;
    for (const value of [requestId, '127.0.0.1', String(origin.port), receiver.allow, '/good']) {
      expect(metrics.text).not.toContain(value);
    }
  });

  it('The metrics are not served on the API port', async () => {
    const response = await scenario.api.get('/metrics');
    expect(response.status).toBe(404);
  });

  it('The metrics count an image as unfinished until it is canceled', async () => {
    const { api, origin } = scenario;
    origin.on('/slow.jpg', () => undefined);
    const id = await api.uploadAccepted(`serial,url\n1,${origin.url('/slow.jpg')}`);
    const countUnfinishedImages = async () =>
      (await scrape(metricsUrl)).sumSeries('pressroom_images_open');
    expect(await eventually(async () => (await countUnfinishedImages()) || undefined)).toBe(1);
    await api.call(`/requests/${id}/cancel`, { method: 'POST' });
    expect(await eventually(async () => (await countUnfinishedImages()) === 0)).toBe(true);
  });
});
