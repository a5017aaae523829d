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

const pathOf = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
const read = (name: string) => readFileSync(pathOf(name), 'utf8');

const ruleText = read('deploy/prometheus/alerts.yml');
const rules = (parse(ruleText) as RuleFile).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('deploy/grafana/dashboard.json')) as Dashboard;
const charts = dashboard.panels.filter(({ type }) => type !== 'row');
const queries = charts.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

const promtool = (...parameters: string[]) =>
  spawnSync('promtool', parameters, { encoding: 'utf8' });
const hasPromtool = promtool('--version').status === 0;

/** Names of the metrics of an expression, without the suffixes of a histogram's series. */
const metricsIn = (expression: string): string[] =>
  (expression.match(/\b(?:pressroom|nodejs|process)_\w+/g) ?? []).map((name) =>
    name.replace(/(_seconds)_(?:bucket|count|sum)$/, '$1'),
  );

describe('The alert rules and the dashboard', () => {
  let registered: string[];

  beforeAll(async () => {
    const metrics = new Metrics();
    metrics.collectProcessMetrics();
    const text = await metrics.render();
    registered = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
  });

  it('The alert rules and the dashboard use only metrics that the app serves', () => {
    const used = new Set([...rules.map(({ expr }) => expr), ...queries].flatMap(metricsIn));
    expect(used.size).toBeGreaterThan(30);
    expect(registered).toEqual(expect.arrayContaining([...used]));
  });

  it('The dashboard shows every metric from the metric table in at least one panel', () => {
    const shown = new Set(queries.flatMap(metricsIn));
    const own = registered.filter((name) => name.startsWith('pressroom_'));
    expect([...shown]).toEqual(expect.arrayContaining(own));
  });
});

describe('Each alert', () => {
  it('Each alert has a severity, a summary, a description, and a section in the guide', () => {
    const guide = read('docs/guides/alerts.md');
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
    const tests = read('deploy/prometheus/alerts.test.yml');
    const missing = rules.filter(({ alert }) => !tests.includes(alert.replace('Pressroom', '')));
    expect(missing).toEqual([]);
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

// Debian's package prometheus contains promtool.
describe.runIf(hasPromtool)('promtool (if it is installed)', () => {
  it('promtool (if it is installed) accepts the rules and the example configuration', () => {
    const checked = promtool('check', 'config', pathOf('deploy/prometheus/prometheus.yml'));
    expect(checked.stderr).toBe('');
    expect(checked.status).toBe(0);
  });

  it('promtool (if it is installed) passes the unit tests of the rules', () => {
    const tested = promtool('test', 'rules', pathOf('deploy/prometheus/alerts.test.yml'));
    expect(tested.stderr).toBe('');
    expect(tested.status).toBe(0);
  });

  it('promtool (if it is installed) accepts the queries of the dashboard', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pressroom-dashboard-'));
    try {
      const file = join(folder, 'queries.yml');
      const recorded = queries.map((expr, i) => ({
        record: `panel:query_${i}`,
        expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$job', '.*'),
      }));
      writeFileSync(file, stringify({ groups: [{ name: 'queries', rules: recorded }] }));
      const checked = promtool('check', 'rules', file);
      expect(checked.stderr).toBe('');
      expect(checked.status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
