import type { App } from '../support/app.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { pinProcess, pinTree } from '../support/cpu-affinity.js';
import { median } from '../support/measurement.js';
import type { Measurement } from '../support/measurement.js';

/** Number of images per app that warm up the just-in-time compiler of each process. */
const WARM_UP_IMAGES = 200;
const ROUNDS = 3;
const [FIRST_CORE, SECOND_CORE, BOTH_CORES] = ['0', '1', '0-1'];

interface CoreLayout {
  /** The core of each app. */
  appCores: string[];
  /** The cores of PostgreSQL, Redis, the origin and the client. */
  otherCores: string;
}

const ONE_CORE: CoreLayout = { appCores: [FIRST_CORE], otherCores: FIRST_CORE };
const ONE_APP: CoreLayout = { appCores: [FIRST_CORE], otherCores: BOTH_CORES };
const TWO_CORES: CoreLayout = { appCores: [FIRST_CORE, SECOND_CORE], otherCores: BOTH_CORES };

/**
 * Compares two apps on two cores with one app on one core. All other processes use the same cores as the apps.
 * Also compares with one app on one core while the servers, the origin and the client use both cores.
 */
export async function benchmarkScaleOut(environment: BenchEnvironment): Promise<Measurement[]> {
  const imageCount = environment.isSmall ? 200 : 1000;
  const rates = new Map<CoreLayout, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const layout of [ONE_CORE, ONE_APP, TWO_CORES]) {
      const seconds = await measureSeconds(environment, layout, imageCount);
      rates.set(layout, [...(rates.get(layout) ?? []), imageCount / seconds]);
    }
  }
  pinOtherProcesses(environment, BOTH_CORES);
  const [oneCore, oneApp, twoCores] = [ONE_CORE, ONE_APP, TWO_CORES].map((layout) =>
    rates.get(layout)!,
  );
  const computeRatioTo = (baseline: number[]) =>
    median(twoCores.map((rate, i) => rate / baseline[i]));
  const value = `${median(twoCores).toFixed(1)} images/s`;
  return [
    {
      label: 'Two apps on two cores',
      value,
      baseline: `one app and all other processes on one core ${median(oneCore).toFixed(1)} images/s`,
      ratio: computeRatioTo(oneCore),
      target: { atLeast: 1.8 },
    },
    {
      label: 'Two apps on two cores, servers of the baseline on a second core',
      value,
      baseline: `one app on one core, all other processes on two ${median(oneApp).toFixed(1)} images/s`,
      ratio: computeRatioTo(oneApp),
    },
  ];
}

async function measureSeconds(
  environment: BenchEnvironment,
  { appCores: cores, otherCores }: CoreLayout,
  imageCount: number,
): Promise<number> {
  pinOtherProcesses(environment, otherCores);
  const apps: App[] = [];
  for (const cpus of cores) apps.push(await environment.startApp({ DECODERS: '1' }, { cpus }));
  const [app] = apps;
  const warmUp = await environment.writeCatalog('photo', apps.length * WARM_UP_IMAGES);
  await app.measureSeconds(warmUp);
  const seconds = await app.measureSeconds(await environment.writeCatalog('photo', imageCount));
  await Promise.all(apps.map((app) => app.stop()));
  return seconds;
}

function pinOtherProcesses({ servers, origin }: BenchEnvironment, cpus: string): void {
  pinTree(servers.pid, cpus);
  pinTree(origin.pid, cpus);
  pinProcess(process.pid, cpus);
}
