import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { findFreePort } from '../../../src/platform/embedded/free-port.js';
import { eventually } from '../../support/eventually.js';

interface Rule {
  alert: string;
  expr: string;
  for?: string;
}
interface RuleFile {
  groups: { rules: Rule[] }[];
}

const RULES_URL = new URL('../../../deploy/prometheus/alerts.yml', import.meta.url);
const SHORT_WINDOW = '20s';
/** Age from which this test treats waiting work as too old. */
const MAX_AGE_SECONDS = 5;

/** A real Prometheus that scrapes one app every second and evaluates the shipped rules with short durations. */
export class Prometheus {
  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
    readonly alerts: string[],
  ) {}

  /** True if the program is installed (Debian: package prometheus). */
  static get isInstalled(): boolean {
    return spawnSync('prometheus', ['--version']).status === 0;
  }

  static async start(directory: string, metricsPort: number): Promise<Prometheus> {
    const rules = parse(await readFile(RULES_URL, 'utf8')) as RuleFile;
    const allRules = rules.groups.flatMap((group) => group.rules);
    for (const rule of allRules) shortenDurations(rule);
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: ['alerts.yml'],
      scrape_configs: [
        { job_name: 'pressroom', static_configs: [{ targets: [`127.0.0.1:${metricsPort}`] }] },
      ],
    };
    await writeFile(join(directory, 'alerts.yml'), stringify(rules));
    await writeFile(join(directory, 'prometheus.yml'), stringify(config));
    const address = `127.0.0.1:${await findFreePort()}`;
    const child = spawn(
      'prometheus',
      [
        `--config.file=${join(directory, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(directory, 'prometheus')}`,
        `--web.listen-address=${address}`,
      ],
      { stdio: 'ignore' },
    );
    process.once('exit', () => child.kill('SIGKILL'));
    const prometheus = new Prometheus(
      child,
      `http://${address}`,
      allRules.map(({ alert }) => alert),
    );
    await eventually(async () => (await fetch(`http://${address}/-/ready`)).ok, {
      timeoutMs: 60_000,
      description: 'Prometheus to be ready',
    });
    return prometheus;
  }

  /** Returns the names of the alerts that are currently firing. */
  async listFiring(): Promise<Set<string>> {
    const response = await fetch(`${this.url}/api/v1/alerts`);
    const { data } = (await response.json()) as {
      data: { alerts: { state: string; labels: { alertname: string } }[] };
    };
    const firingAlerts = data.alerts.filter(({ state }) => state === 'firing');
    return new Set(firingAlerts.map(({ labels }) => labels.alertname));
  }

  async stop(): Promise<void> {
    const exitEvent = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exitEvent;
  }
}

/** Replaces minutes and hours with seconds. Does not change the rest of the expression. */
function shortenDurations(rule: Rule): void {
  rule.expr = rule.expr
    .replaceAll(/\[\d+m\]/g, `[${SHORT_WINDOW}]`)
    .replaceAll(/(_age_seconds\)) > \d+/g, `$1 > ${MAX_AGE_SECONDS}`);
  if (rule.for) rule.for = '2s';
}
