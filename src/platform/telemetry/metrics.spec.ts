import { describe, expect, it } from 'vitest';
import { toErrorCodeLabel } from './error-code-label.js';
import { LABELS, type MetricDefinition, findUnit } from './metric-definition.js';
import { METRICS } from './metric-table.js';
import { Metrics } from './metrics.js';
import { StageTimer } from './stage-timer.js';

const definitions: [string, MetricDefinition][] = Object.entries(METRICS);

/** Each label multiplies the number of series. A new label needs a bounded set of values. */
const ALLOWED_LABELS = [
  'artifact',
  'code',
  'dependency',
  'driver',
  'operation',
  'outcome',
  'queue',
  'reason',
  'role',
  'stage',
  'state',
  'version',
];

/** Labels of the Node.js metrics that prom-client collects. */
const NODE_LABELS = ['kind', 'le', 'major', 'minor', 'patch', 'quantile', 'space', 'type'];

describe('METRICS', () => {
  it('METRICS uses only allowed labels', () => {
    expect(Object.keys(LABELS)).toEqual(ALLOWED_LABELS);
    const usedLabels = definitions.flatMap(([, { labels }]) => labels);
    expect(ALLOWED_LABELS).toEqual(expect.arrayContaining(usedLabels));
  });

  it('METRICS follows the naming conventions of Prometheus', () => {
    for (const [name, { type, help }] of definitions) {
      expect(name).toMatch(/^pressroom_[a-z_]+$/);
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      const hasUnit = /_(seconds|bytes)$/.test(name);
      expect([name, hasUnit || type !== 'histogram']).toEqual([name, true]);
      expect([name, help.endsWith('.')]).toEqual([name, true]);
    }
  });

  it('findUnit() derives the unit of a metric from its name', () => {
    expect(findUnit('pressroom_image_source_bytes_total')).toBe('bytes');
    expect(findUnit('pressroom_image_duration_seconds')).toBe('seconds');
    expect(findUnit('pressroom_storage_growth_bytes_per_day')).toBe('bytes per day');
    expect(findUnit('pressroom_images_open')).toBe('count');
    expect(findUnit('pressroom_build_info')).toBe('always 1');
  });
});

describe('Metrics', () => {
  it('Metrics renders only allowed labels, including those of Node.js metrics', async () => {
    const metrics = new Metrics();
    metrics.collectProcessMetrics();
    const text = await metrics.render();
    const names = [...text.matchAll(/[{,](\w+)="/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(0);
    for (const name of new Set(names)) expect([...ALLOWED_LABELS, ...NODE_LABELS]).toContain(name);
  });

  it('Metrics renders no series for a gauge that was never set or was cleared', async () => {
    const metrics = new Metrics();
    expect(await metrics.render()).not.toMatch(/^pressroom_images_open /m);
    metrics.set('pressroom_images_open', {}, 7);
    expect(await metrics.render()).toMatch(/^pressroom_images_open 7$/m);
    metrics.clear('pressroom_images_open');
    expect(await metrics.render()).not.toMatch(/^pressroom_images_open /m);
  });

  it('Metrics increments a counter to a total that is counted elsewhere', async () => {
    const metrics = new Metrics();
    for (const total of [0, 2, 2, 5]) {
      metrics.incrementTo('pressroom_decoder_exits_total', { reason: 'crashed' }, total);
    }
    expect(await metrics.render()).toContain('pressroom_decoder_exits_total{reason="crashed"} 5\n');
  });

  it('Metrics calls its collectors before each scrape', async () => {
    const metrics = new Metrics();
    let scrapeCount = 0;
    metrics.onScrape(async () => metrics.set('pressroom_images_open', {}, ++scrapeCount));
    await metrics.render();
    expect(await metrics.render()).toMatch(/^pressroom_images_open 2$/m);
  });
});

describe('toErrorCodeLabel()', () => {
  it('toErrorCodeLabel() returns documented codes and registered HTTP statuses unchanged', () => {
    expect(toErrorCodeLabel('http_404')).toBe('http_404');
    expect(toErrorCodeLabel('image_truncated')).toBe('image_truncated');
  });

  it('toErrorCodeLabel() returns one value for all unregistered HTTP statuses', () => {
    expect(new Set(['http_299', 'http_799', 'http_999'].map(toErrorCodeLabel))).toEqual(
      new Set(['http_other']),
    );
  });

  it('toErrorCodeLabel() returns a bounded number of values', () => {
    const labels = Array.from({ length: 1000 }, (_, n) => toErrorCodeLabel(`made_up_${n}`));
    expect(new Set(labels).size).toBeLessThanOrEqual(301);
    expect(labels.at(-1)).toBe('other');
  });
});

describe('StageTimer', () => {
  it('StageTimer adds up the durations of a repeated stage and includes a failed stage', async () => {
    const timer = new StageTimer();
    timer.addSeconds('wait', 1);
    timer.addSeconds('wait', 2);
    const failedStage = timer.measureStage('store', () => Promise.reject(new Error('disk full')));
    await expect(failedStage).rejects.toThrow('disk full');
    expect(timer.seconds.get('wait')).toBe(3);
    expect(timer.seconds.get('store')).toBeGreaterThanOrEqual(0);
  });

  it('StageTimer measures the wait for a slot separately from the download', async () => {
    const timer = new StageTimer();
    await timer.measureDownload(async (onStart) => onStart());
    expect([...timer.seconds.keys()]).toEqual(['slot', 'download']);
  });

  it('StageTimer records no download duration if the host rejects the download', async () => {
    const timer = new StageTimer();
    const rejectedDownload = timer.measureDownload(() => Promise.reject(new Error('busy')));
    await expect(rejectedDownload).rejects.toThrow('busy');
    expect([...timer.seconds.keys()]).toEqual(['slot']);
  });
});
