import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { Metrics } from '../../platform/telemetry/metrics.js';

interface Rule {
  alert: string;
  expr: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}
interface RuleFile {
  groups: { name: string; rules: Rule[] }[];
}
interface Panel {
  title: string;
  type: string;
  description?: string;
  targets?: { expr: string }[];
  gridPos: { x: number; w: number };
}
interface Dashboard {
  uid: string;
  schemaVersion: number;
  templating: { list: { name: string }[] };
  panels: Panel[];
}

const resolvePath = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
const readText = (name: string) => readFileSync(resolvePath(name), 'utf8');

const rules = (parse(readText('deploy/prometheus/alerts.yml')) as RuleFile).groups.flatMap(
  (group) => group.rules,
);
const dashboard = JSON.parse(readText('deploy/grafana/dashboard.json')) as Dashboard;
const charts = dashboard.panels.filter(({ type }) => type !== 'row');
const queries = charts.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

const runPromtool = (...options: string[]) => spawnSync('promtool', options, { encoding: 'utf8' });
const isPromtoolInstalled = runPromtool('--version').status === 0;

/** Returns the metric names in an expression, without the suffixes of histogram series. */
const findMetricNames = (expression: string): string[] =>
  (expression.match(/\b(?:pressroom|nodejs|process)_\w+/g) ?? []).map((name) =>
    name.replace(/(_seconds)_(?:bucket|count|sum)$/, '$1'),
  );

describe('The alert rules and the dashboard', () => {
  let servedMetrics: string[];

  beforeAll(async () => {
    const metrics = new Metrics();
    metrics.collectProcessMetrics();
    const text = await metrics.render();
    servedMetrics = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
  });

  it('The alert rules and the dashboard use only metrics that Pressroom serves', () => {
    const usedMetrics = new Set(
      [...rules.map(({ expr }) => expr), ...queries].flatMap(findMetricNames),
    );
    expect(usedMetrics.size).toBeGreaterThan(30);
    expect(servedMetrics).toEqual(expect.arrayContaining([...usedMetrics]));
  });

  it('The dashboard shows every metric from the metric table in at least one panel', () => {
    const shownMetrics = new Set(queries.flatMap(findMetricNames));
    const appMetrics = servedMetrics.filter((name) => name.startsWith('pressroom_'));
    expect([...shownMetrics]).toEqual(expect.arrayContaining(appMetrics));
  });
});

describe('Each alert', () => {
  it('Each alert has a severity, a summary, a description, and a section in the guide', () => {
    const guide = readText('docs/guides/alerts.md');
    const headings = [...guide.matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
    expect(headings).toEqual(rules.map(({ alert }) => alert));
    for (const { alert, labels, annotations } of rules) {
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(annotations).toEqual({
        summary: expect.stringMatching(/\.$/),
        description: expect.stringMatching(/\.$/),
        runbook: `docs/guides/alerts.md#${alert.toLowerCase()}`,
      });
    }
  });

  it('Each alert has a unit test', () => {
    const tests = readText('deploy/prometheus/alerts.test.yml');
    const untestedRules = rules.filter(
      ({ alert }) => !tests.includes(alert.replace('Pressroom', '')),
    );
    expect(untestedRules).toEqual([]);
  });
});

describe('The dashboard', () => {
  it('The dashboard has the properties that a Grafana import requires', () => {
    expect(dashboard).toMatchObject({ uid: 'pressroom', schemaVersion: expect.any(Number) });
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'job']);
    for (const { title, description, targets, gridPos } of charts) {
      expect(title).not.toBe('');
      expect([title, description?.endsWith('.')]).toEqual([title, true]);
      expect(targets).not.toEqual([]);
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    }
  });
});

// Skips these tests if promtool is not installed. It is part of Debian's prometheus package.
describe.runIf(isPromtoolInstalled)('promtool', () => {
  it('promtool accepts the alert rules and the example configuration', () => {
    const result = runPromtool('check', 'config', resolvePath('deploy/prometheus/prometheus.yml'));
    expect(result.stderr).toBe('');
    expect(result.status).toBe(0);
  });

  it('promtool passes the unit tests of the alert rules', () => {
    const result = runPromtool('test', 'rules', resolvePath('deploy/prometheus/alerts.test.yml'));
    expect(result.stderr).toBe('');
    expect(result.status).toBe(0);
  });

  it('promtool accepts the dashboard queries', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pressroom-dashboard-'));
    try {
      const file = join(folder, 'queries.yml');
      const recordingRules = queries.map((expr, i) => ({
        record: `panel:query_${i}`,
        expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$job', '.*'),
      }));
      writeFileSync(file, stringify({ groups: [{ name: 'queries', rules: recordingRules }] }));
      const result = runPromtool('check', 'rules', file);
      expect(result.stderr).toBe('');
      expect(result.status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
