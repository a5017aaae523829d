import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricDefinition, MetricType } from './metric-definition.js';
import { type MetricName, METRICS, type MetricTable } from './metric-table.js';

type MetricNameOfType<Type extends MetricType> = {
  [Name in MetricName]: MetricTable[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** Label values of a metric. */
export type MetricLabels<Name extends MetricName> = Record<
  MetricTable[Name]['labels'][number],
  string
>;

/** Callback that sets gauges to their current values. Must handle its own errors. */
export type Collector = () => void | Promise<void>;

/**
 * Records the metrics of this process. `METRICS` defines their names.
 *
 * @example
 * metrics.increment('pressroom_webhook_attempts_total', { outcome: 'delivered' });
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly metrics = new Map<string, Counter | Gauge | Histogram>();
  private readonly totals = new Map<string, number>();
  private readonly collectors: Collector[] = [];

  constructor() {
    for (const [name, definition] of Object.entries(METRICS)) {
      this.metrics.set(name, this.createMetric(name, definition));
    }
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  increment<Name extends MetricNameOfType<'counter'>>(
    name: Name,
    labels: MetricLabels<Name>,
    amount = 1,
  ): void {
    (this.metrics.get(name) as Counter).inc(labels, amount);
  }

  /** Increments a counter to a total that is maintained elsewhere. */
  incrementTo<Name extends MetricNameOfType<'counter'>>(
    name: Name,
    labels: MetricLabels<Name>,
    total: number,
  ): void {
    const key = `${name} ${Object.values(labels).join(' ')}`;
    this.increment(name, labels, total - (this.totals.get(key) ?? 0));
    this.totals.set(key, total);
  }

  set<Name extends MetricNameOfType<'gauge'>>(
    name: Name,
    labels: MetricLabels<Name>,
    value: number,
  ): void {
    (this.metrics.get(name) as Gauge).set(labels, value);
  }

  /** Removes the series of gauges whose values have become unknown. */
  clear(...names: MetricNameOfType<'gauge'>[]): void {
    for (const name of names) removeSeries(this.metrics.get(name) as Gauge, METRICS[name]);
  }

  /** @param value value in the unit of the metric */
  observe<Name extends MetricNameOfType<'histogram'>>(
    name: Name,
    labels: MetricLabels<Name>,
    value: number,
  ): void {
    (this.metrics.get(name) as Histogram).observe(labels, value);
  }

  /** Adds the metrics of Node.js and of the process. Samples the event loop delay every 10 ms. */
  collectProcessMetrics(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Calls `collect` before each exposition. */
  onScrape(collect: Collector): void {
    this.collectors.push(collect);
  }

  /** Returns all metrics in the text format of Prometheus. */
  async render(): Promise<string> {
    await Promise.all(this.collectors.map(async (collect) => collect()));
    return this.registry.metrics();
  }

  private createMetric(
    name: string,
    { type, help, labels, buckets }: MetricDefinition,
  ): Counter | Gauge | Histogram {
    const settings = { name, help, labelNames: [...labels], registers: [this.registry] };
    if (type === 'counter') return new Counter(settings);
    if (type === 'histogram') return new Histogram({ ...settings, buckets });
    const gauge = new Gauge(settings);
    removeSeries(gauge, { labels });
    return gauge;
  }
}

/**
 * Removes all series. A reset alone would set a gauge without labels to 0, although its value is unknown.
 */
function removeSeries(metric: Gauge, { labels }: Pick<MetricDefinition, 'labels'>): void {
  metric.reset();
  if (labels.length === 0) metric.remove();
}
