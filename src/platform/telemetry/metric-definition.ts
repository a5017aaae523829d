/** All labels. Each label has a bounded set of values: never a host, owner, key, URL or ID. */
export const LABELS = {
  artifact: '`made` (compressed now) or `reused` (found in storage)',
  code: 'An error code of [errors](errors.md). HTTP statuses that are not registered are `http_other`.',
  dependency: '`postgresql`, `redis` or `storage`',
  driver: '`disk` or `s3`',
  operation: 'Storage operation: `put`, `find`, `read`, `remove` or `probe`',
  outcome: 'Result of an attempt: `delivered`, `retried`, `failed` or `disabled`',
  queue: '`images` or `webhooks`',
  reason: 'One-word reason',
  role: 'Role of the process',
  stage:
    '`wait` (until a worker claims the image), `slot` (until its host accepts a download), `download`, ' +
    '`compress` (including the wait for a decoder), `store` or `record`',
  state: 'State of the counted items',
  version: 'Version of Pressroom',
} as const;

export type LabelName = keyof typeof LABELS;

export type MetricType = 'counter' | 'gauge' | 'histogram';

/** Definition of one metric. */
export interface MetricDefinition<
  Type extends MetricType = MetricType,
  Label extends LabelName = LabelName,
> {
  type: Type;
  /** Description of the metric. Appears in the exposition, in the reference and in Grafana. */
  help: string;
  labels: readonly Label[];
  /** Upper bounds of the buckets of a histogram. */
  buckets?: number[];
}

export const counter = <Label extends LabelName = never>(
  help: string,
  ...labels: Label[]
): MetricDefinition<'counter', Label> => ({ type: 'counter', help, labels });

export const gauge = <Label extends LabelName = never>(
  help: string,
  ...labels: Label[]
): MetricDefinition<'gauge', Label> => ({ type: 'gauge', help, labels });

export const histogram = <Label extends LabelName = never>(
  help: string,
  buckets: number[],
  ...labels: Label[]
): MetricDefinition<'histogram', Label> => ({ type: 'histogram', help, labels, buckets });

/** Derives the unit of a metric from the end of its name (Prometheus naming conventions). */
export function findUnit(name: string): string {
  const [, unit] = /_(seconds|bytes|info)(?:_total|_per_day)?$/.exec(name) ?? [];
  if (name.endsWith('_per_day')) return `${unit} per day`;
  return unit === 'info' ? 'always 1' : (unit ?? 'count');
}
