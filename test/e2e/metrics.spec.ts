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
  let after: Scrape;

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
    after = await eventually(
      async () => {
        const found = await scrape(metricsUrl);
        const delivered = { outcome: 'delivered' };
        return found.sumSeries('pressroom_webhook_attempts_total', delivered) === 1
          ? found
          : undefined;
      },
      { description: 'the delivery to be counted' },
    );
  });

  it('The metrics count images by outcome, and their bytes', () => {
    expect(after.sumSeries('pressroom_images_completed_total', { artifact: 'made' })).toBe(1);
    expect(after.sumSeries('pressroom_images_failed_total', { code: 'http_404' })).toBe(1);
    expect(after.sumSeries('pressroom_images_failed_total', { code: 'http_other' })).toBe(1);
    const bytesIn = after.sumSeries('pressroom_image_source_bytes_total')!;
    expect(after.sumSeries('pressroom_image_artifact_bytes_total')).toBeLessThanOrEqual(bytesIn);
  });

  it('The metrics observe each stage of an image once', () => {
    const count = (stage: string) =>
      after.sumSeries('pressroom_image_stage_duration_seconds_count', { stage });
    expect(['wait', 'slot', 'download', 'record'].map(count)).toEqual([3, 3, 3, 3]);
    expect(['compress', 'store'].map(count)).toEqual([1, 1]);
    expect(
      after.sumSeries('pressroom_storage_operation_duration_seconds_count', { operation: 'put' }),
    ).toBe(1);
  });

  it('The metrics show dependencies, open work and the build', () => {
    expect(after.sumSeries('pressroom_dependency_up')).toBe(3);
    expect(after.sumSeries('pressroom_images_open')).toBe(0);
    expect(after.sumSeries('pressroom_queue_jobs', { queue: 'images' })).toBe(0);
    expect(after.sumSeries('pressroom_build_info', { role: 'all' })).toBe(1);
    expect(after.sumSeries('pressroom_decoders_running')).toBeGreaterThanOrEqual(1);
    expect(after.sumSeries('pressroom_decoder_memory_bytes')).toBeGreaterThan(0);
    expect(after.sumSeries('pressroom_postgresql_pool_connections')).toBeGreaterThan(0);
    expect(after.sumSeries('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
  });

  it('The metrics are those in the metric table', () => {
    const names = [...after.text.matchAll(/^# TYPE (pressroom_\w+)/gm)].map(([, name]) => name);
    expect(names.toSorted()).toEqual(Object.keys(METRICS).toSorted());
  });

  it('The metrics contain no host, id or URL', () => {
    const { origin, receiver } = scenario;
    for (const secret of [requestId, '127.0.0.1', String(origin.port), receiver.allow, '/good']) {
      expect(after.text).not.toContain(secret);
    }
  });

  it('The metrics are not served on the port of the API', async () => {
    const response = await scenario.api.get('/metrics');
    expect(response.status).toBe(404);
  });

  it('The metrics count an image as open until it ends', async () => {
    const { api, origin } = scenario;
    origin.on('/slow.jpg', () => undefined);
    const id = await api.uploadAccepted(`serial,url\n1,${origin.url('/slow.jpg')}`);
    const openImages = async () => (await scrape(metricsUrl)).sumSeries('pressroom_images_open');
    expect(await eventually(async () => (await openImages()) || undefined)).toBe(1);
    await api.call(`/requests/${id}/cancel`, { method: 'POST' });
    expect(await eventually(async () => (await openImages()) === 0)).toBe(true);
  });
});
