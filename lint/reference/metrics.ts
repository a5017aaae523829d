/** Generates a page from the metric table in `src/platform/telemetry`. */
import {
  LABELS,
  type MetricDefinition,
  findUnit,
} from '../../src/platform/telemetry/metric-definition.js';
import { METRICS } from '../../src/platform/telemetry/metric-table.js';
import { listItem, wrap } from './wrap.js';

/** Returns the page `docs/reference/metrics.md`. */
export function toMetricsPage(): string {
  const pressroomMetrics = Object.entries<MetricDefinition>(METRICS).flatMap(
    ([name, definition]) => [`### \`${name}\``, describeMetric(name, definition)],
  );
  const labels = Object.entries(LABELS).map(([label, description]) =>
    listItem(`\`${label}\`: ${description}`),
  );
  return `${[
    '<!-- Generated from src/platform/telemetry by `npm run reference`. -->',
    '# Metrics',
    wrap(
      'With `METRICS=on`, each process serves these metrics at `GET /metrics` on `METRICS_PORT`. The guide ' +
        '[monitoring](../guides/monitoring.md) explains how to scrape them. A count of "all processes" describes the ' +
        'installation: every process reports it, so combine it with `max`, not with `sum`.',
    ).join('\n'),
    '## Labels',
    wrap('There are no other labels. No label contains a host, an owner, a URL or an ID.').join(
      '\n',
    ),
    labels.join('\n'),
    '## Pressroom',
    ...pressroomMetrics,
    '## Process and Node.js',
    wrap(
      'prom-client adds `process_*` (CPU, memory, open files, start) and `nodejs_*` (event loop, garbage collector, ' +
        'heap), each with its own help text. They describe one process, and differ between operating systems.',
    ).join('\n'),
  ].join('\n\n')}\n`;
}

function describeMetric(name: string, { type, labels, help, buckets }: MetricDefinition): string {
  const details = [
    `- Type: ${type}`,
    `- Unit: ${findUnit(name)}`,
    `- Labels: ${labels.length === 0 ? 'none' : labels.map((label) => `\`${label}\``).join(', ')}`,
    ...(buckets ? [`- Buckets: ${buckets.join(', ')}`] : []),
  ];
  return `${wrap(help).join('\n')}\n\n${details.join('\n')}`;
}
