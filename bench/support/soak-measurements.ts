import { type Counts, subtractCounts } from './cost-counters.js';
import { toDatabaseCost } from './database-cost.js';
import type { Measurement } from './measurement.js';
import type { SoakRecord } from './soak-record.js';
import { type Series, computeTrend } from './soak-series.js';

/** Returns the calls, the trends and the cost of an image. */
export function toSoakMeasurements(record: SoakRecord): Measurement[] {
  const { minutes, callCount, failures, imageCount, series, times, before, after, prometheus } =
    record;
  const redis = subtractCounts(before.redisCalls, after.redisCalls);
  const ratio = 1 - failures.length / callCount;
  return [
    {
      label: `Soak of ${minutes} minutes: calls without a failure`,
      value: `${callCount - failures.length} of ${callCount} calls`,
      baseline: `${imageCount} images`,
      ratio,
      target: { atLeast: 1 },
    },
    ...(prometheus ? [toAlerts(prometheus.alerts)] : []),
    ...series.map((item) => toTrend(item, times)),
    ...toDatabaseCost(before.database, after.database, imageCount),
    toCost('Redis commands per image', redis, imageCount),
    toCost(
      'Storage calls per image',
      subtractCounts(before.storageCalls, after.storageCalls),
      imageCount,
    ),
    toCost('CPU per image, ms', subtractCounts(before.cpu, after.cpu), imageCount),
  ];
}

function toTrend(series: Series, times: readonly number[]): Measurement {
  const { begin, end, limit, slopePerHour } = computeTrend(series, times);
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

function toAlerts(alerts: string[]): Measurement {
  return {
    label: 'Alerts that fired',
    value: String(alerts.length),
    baseline: alerts.join(', ') || 'none',
    ratio: alerts.length,
    target: { atMost: 0 },
  };
}

function toCost(label: string, increases: Counts, imageCount: number): Measurement {
  const parts = Object.entries(increases)
    .map(([name, count]) => [name, count / imageCount] as const)
    .toSorted(([, a], [, b]) => b - a);
  const sum = parts.reduce((total, [, share]) => total + share, 0);
  return {
    label,
    value: sum.toFixed(2),
    baseline: parts
      .filter(([, share]) => share >= 0.01)
      .map(([name, share]) => `${name} ${share.toFixed(2)}`)
      .join(', '),
    ratio: sum,
  };
}
