import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CostCounters } from './cost-counters.js';
import { lineCharts } from './line-charts.js';
import { type Panel, panelCharts } from './panel-charts.js';
import type { Series } from './soak-series.js';

/** Everything that a soak has measured. */
export interface SoakRecord {
  minutes: number;
  /** Maximum throughput, measured before the soak, in images per second. */
  rate: number;
  /** Upload rate of the client, in images per second. */
  pace: number;
  /** Images that were uploaded during the soak. */
  images: number;
  calls: number;
  failures: readonly string[];
  before: CostCounters;
  after: CostCounters;
  /** Seconds since the first sample. */
  times: number[];
  series: readonly Series[];
  /** Undefined without Prometheus. */
  prometheus: { panels: Panel[]; alerts: string[] } | undefined;
}

export const describeSoak = ({ minutes, pace, images, rate }: SoakRecord): string =>
  `${minutes} minutes at ${pace} images/s (${images} images); without a limit ${rate.toFixed(1)}`;

/** Writes the figures as `soak.json` and the plots `soak.svg` and `soak-prometheus.svg`. */
export function writeSoakRecord(folder: string, record: SoakRecord): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('soak.json', JSON.stringify(record));
  write('soak.svg', lineCharts(describeSoak(record), record.series, record.times));
  if (record.prometheus) {
    const title = `The same ${record.minutes} minutes as Prometheus has scraped them`;
    write('soak-prometheus.svg', panelCharts(title, record.prometheus.panels));
  }
}
