import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../test/support/eventually.js';
import { findFreePort } from '../../test/support/free-port.js';
import type { App } from './app.js';
import type { BenchEnvironment } from './bench-environment.js';

const RULES_PATH = fileURLToPath(new URL('../../deploy/prometheus/alerts.yml', import.meta.url));

export const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;

/** Values of one series of a range query. */
export interface PrometheusSeries {
  labels: Record<string, string>;
  /** Unix time in seconds and value. */
  points: [number, number][];
}

/** A Prometheus server that scrapes apps and evaluates the alert rules of `deploy/`. */
export class Prometheus {
  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  /** Starts a server for apps with `METRICS=on`. It stops at the end of the benchmark. */
  static async startFor(
    environment: BenchEnvironment,
    apps: Readonly<Record<string, App>>,
  ): Promise<Prometheus> {
    const folder = join(environment.folder, 'prometheus');
    mkdirSync(folder);
    const config = join(folder, 'prometheus.yml');
    // JSON is valid YAML.
    writeFileSync(config, JSON.stringify(createConfiguration(apps)));
    const address = `127.0.0.1:${await findFreePort()}`;
    const child = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
      ],
      { stdio: 'ignore' },
    );
    const url = `http://${address}`;
    await eventually(async () => (await fetch(`${url}/-/ready`)).ok, {
      timeoutMs: 30_000,
      description: 'Prometheus to be ready',
    });
    const prometheus = new Prometheus(child, url);
    environment.addCleanup(() => prometheus.stop());
    return prometheus;
  }

  /** Evaluates an expression between two times. Times are Unix times in seconds. */
  async queryRange(
    query: string,
    start: number,
    end: number,
    step: number,
  ): Promise<PrometheusSeries[]> {
    const parameters = new URLSearchParams({
      query,
      start: String(start),
      end: String(end),
      step: String(step),
    });
    const response = await fetch(`${this.url}/api/v1/query_range?${parameters.toString()}`);
    const body = (await response.json()) as {
      data?: { result: { metric: Record<string, string>; values: [number, string][] }[] };
      error?: string;
    };
    if (!body.data) throw new Error(`Prometheus: ${query}: ${body.error}`);
    return body.data.result.map(({ metric, values }) => ({
      labels: metric,
      points: values.map(([time, value]) => [time, Number(value)]),
    }));
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exitEvent = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exitEvent;
  }
}

function createConfiguration(apps: Readonly<Record<string, App>>) {
  const targets = Object.entries(apps).map(([instance, { metricsUrl }]) => ({
    targets: [new URL(metricsUrl!).host],
    labels: { instance },
  }));
  return {
    global: { scrape_interval: '5s', evaluation_interval: '15s' },
    rule_files: [RULES_PATH],
    scrape_configs: [{ job_name: 'pressroom', static_configs: targets }],
  };
}
