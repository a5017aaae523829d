import type { Panel } from './panel-charts.js';
import type { Prometheus } from './prometheus.js';

const BYTES_PER_MB = 1024 * 1024;
const MAX_POINTS = 240;

/** Panels and their PromQL expressions. Each value is divided by `divisor`. */
const PANELS = [
  { label: 'Images', unit: 'per s', query: 'sum(rate(pressroom_images_completed_total[1m]))' },
  {
    label: 'Age of the queue',
    unit: 's',
    query: 'max(pressroom_oldest_waiting_image_age_seconds)',
  },
  { label: 'Memory', unit: 'MB', query: 'process_resident_memory_bytes', divisor: BYTES_PER_MB },
  { label: 'CPU', unit: 'cores', query: 'rate(process_cpu_seconds_total[1m])' },
  { label: 'Unfinished images', unit: '', query: 'max(pressroom_images_open)' },
  {
    label: 'Duration of an image, p95',
    unit: 's',
    query:
      'histogram_quantile(0.95, sum by (le) (rate(pressroom_image_duration_seconds_bucket[1m])))',
  },
] as const;

/** Reads the panels for a time range from Prometheus. Times are Unix times in seconds. */
export async function readPanels(
  prometheus: Prometheus,
  start: number,
  end: number,
): Promise<Panel[]> {
  const step = Math.max(5, (end - start) / MAX_POINTS);
  const panels: Panel[] = [];
  for (const { label, unit, query, ...rest } of PANELS) {
    const divisor = 'divisor' in rest ? rest.divisor : 1;
    const series = await prometheus.queryRange(query, start, end, step);
    const lines = series.map(({ labels, points }) => ({
      name: labels.instance ?? '',
      points: points.map(([time, value]) => [time - start, value / divisor] as const),
    }));
    panels.push({ label, unit, lines });
  }
  return panels;
}

/** Returns the names of the alerts that fired. */
export async function readAlerts(
  prometheus: Prometheus,
  start: number,
  end: number,
): Promise<string[]> {
  const step = Math.max(15, (end - start) / MAX_POINTS);
  const series = await prometheus.queryRange('ALERTS{alertstate="firing"}', start, end, step);
  return [...new Set(series.map(({ labels }) => labels.alertname))];
}
