/**
 * `npm run chaos:alerts`: injects a fault for each alert of deploy/prometheus/alerts.yml. Waits until a real
 * Prometheus reports the alert as firing, then as resolved. Needs the program `prometheus`.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { findFreePort } from '../../../src/platform/embedded/free-port.js';
import { eventually } from '../../support/eventually.js';
import { ChaosFixture } from '../chaos-fixture.js';
import { createForbiddenUrl } from '../forbidden-urls.js';
import { UploadClient } from '../upload-client.js';
import { type AlertFault, alertFaults, type AlertRun } from './alert-faults.js';
import { Prometheus } from './prometheus.js';

const ALERT_TIMEOUT_MS = 120_000;
/** `--only` is a regular expression that selects faults by name. */
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const faults = alertFaults.filter(({ name }) => new RegExp(values.only, 'i').test(name));

interface AlertResult {
  alert: string;
  fault: string;
  firedAfter: string;
  resolvedAfter: string;
}

if (!Prometheus.isInstalled) {
  console.error(
    'Prometheus is not installed. Install it, for example with `apt-get install prometheus`.',
  );
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const fixture = await ChaosFixture.start(1);
const unmount = () => void spawnSync('umount', ['-l', fixture.dataDir]);
process.once('exit', unmount);
const metricsPort = await findFreePort();
const client = new UploadClient({
  name: 'alerts',
  getAppUrl: () => fixture.url,
  origins: fixture.origins.map(({ url }) => url),
  getWebhookUrl: (path) => fixture.receiver.url(path),
  getForbiddenUrl: (n) => createForbiddenUrl(fixture, n),
});
const startApp = (env: Record<string, string> = {}) =>
  fixture.startMain({
    METRICS: 'on',
    METRICS_PORT: String(metricsPort),
    DECODERS: '1',
    DOWNLOAD_TIMEOUT_SECONDS: '2',
    ...env,
  });

await startApp();
const prometheus = await Prometheus.start(fixture.directory, metricsPort);
const isFiring = async (alert: string) => (await prometheus.listFiring()).has(alert);
const results: AlertResult[] = [];
for (const fault of faults) {
  const faultResults = await verifyAlerts(fault);
  for (const { alert, firedAfter, resolvedAfter } of faultResults) {
    console.log(`${alert}: ${fault.name}: fired ${firedAfter}, resolved ${resolvedAfter}`);
  }
  results.push(...faultResults);
}
await prometheus.stop();
await fixture.stopMain();
unmount();
await fixture.close();

console.log('\n| alert | fault | fired after | resolved after |\n| --- | --- | --- | --- |');
for (const { alert, fault, firedAfter, resolvedAfter } of results) {
  console.log(`| ${alert} | ${fault} | ${firedAfter} | ${resolvedAfter} |`);
}
const verifiedAlerts = new Set(results.map(({ alert }) => alert));
const untestedAlerts = values.only
  ? []
  : prometheus.alerts.filter((alert) => !verifiedAlerts.has(alert));
if (untestedAlerts.length > 0)
  console.error(`\nAlerts without a fault: ${untestedAlerts.join(', ')}`);
const areAllVerified = results.every(
  ({ firedAfter, resolvedAfter }) => firedAfter !== 'never' && resolvedAfter !== 'never',
);
process.exit(areAllVerified && untestedAlerts.length === 0 ? 0 : 1);

async function verifyAlerts(fault: AlertFault): Promise<AlertResult[]> {
  // Waits until alerts that the previous fault caused are resolved.
  for (const alert of fault.alerts) await measureTimeUntil(async () => !(await isFiring(alert)));
  const abortController = new AbortController();
  const run: AlertRun = { fixture, client, firedSignal: abortController.signal, startApp };
  const injection = fault.inject(run);
  const fireTimes = await Promise.all(
    fault.alerts.map((alert) => measureTimeUntil(() => isFiring(alert))),
  );
  abortController.abort();
  await injection;
  await fault.repair(run);
  const resolveTimes = await Promise.all(
    fault.alerts.map((alert) => measureTimeUntil(async () => !(await isFiring(alert)))),
  );
  return fault.alerts.map((alert, i) => ({
    alert,
    fault: fault.name,
    firedAfter: fireTimes[i],
    resolvedAfter: resolveTimes[i],
  }));
}

/** Returns the time until the check succeeds, or `never`. */
async function measureTimeUntil(check: () => Promise<boolean>): Promise<string> {
  const startedAt = Date.now();
  try {
    await eventually(check, { timeoutMs: ALERT_TIMEOUT_MS, intervalMs: 250 });
    return `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  } catch {
    return 'never';
  }
}
