import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CostCounters } from './cost-counters.js';
import { renderLineCharts } from './line-charts.js';
import { type Panel, renderPanelCharts } from './panel-charts.js';
import type { Series } from './soak-series.js';

/** All measurements of a soak test. */
export interface SoakRecord {
  minutes: number;
  /** Maximum throughput, measured before the soak test, in images per second. */
  maxRate: number;
  /** Upload rate of the client, in images per second. */
  uploadRate: number;
  /** Number of images uploaded during the soak test. */
  imageCount: number;
  callCount: number;
  failures: readonly string[];
  before: CostCounters;
  after: CostCounters;
  /** Seconds since the first sample. */
  times: number[];
  series: readonly Series[];
  /** Undefined without Prometheus. */
  prometheus: { panels: Panel[]; alerts: string[] } | undefined;
}

export const describeSoak = ({ minutes, uploadRate, imageCount, maxRate }: SoakRecord): string =>
  `${minutes} minutes at ${uploadRate} images/s (${imageCount} images); maximum ${maxRate.toFixed(1)} images/s`;

/** Writes the measurements as `soak.json` and the plots `soak.svg` and `soak-prometheus.svg`. */
export function writeSoakRecord(folder: string, record: SoakRecord): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('soak.json', JSON.stringify(record));
  write('soak.svg', renderLineCharts(describeSoak(record), record.series, record.times));
  if (record.prometheus) {
    const title = `Metrics from Prometheus for the same ${record.minutes} minutes`;
    write('soak-prometheus.svg', renderPanelCharts(title, record.prometheus.panels));
  }
}
