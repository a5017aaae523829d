import { setTimeout as sleep } from 'node:timers/promises';
import { findChildProcesses } from '../child-processes.js';
import type { Fault, Run } from '../run.js';

type Injection = (run: Run) => Promise<void>;

const killApp: Injection = async (run) => {
  await run.fixture.killMain();
  await run.startApp();
};

const stopApp: Injection = async (run) => {
  await run.fixture.stopMain();
  await run.startApp();
};

const killDecoder: Injection = async ({ fixture }) => {
  const [decoder] = await findChildProcesses(fixture.main.pid, 'decoder.js');
  if (decoder) process.kill(decoder, 'SIGKILL');
};

const refuseRedis: Injection = async (run) => {
  await run.fixture.redisProxy.refuseConnections();
  await sleep(run.random.between(100, run.choose(4000, 1000)));
  await run.fixture.redisProxy.acceptConnections();
};

const refusePostgres: Injection = async (run) => {
  await run.fixture.postgresProxy.refuseConnections();
  await sleep(run.random.between(100, run.choose(4000, 1000)));
  await run.fixture.postgresProxy.acceptConnections();
};

const crashPostgres: Injection = async ({ fixture }) =>
  void process.kill(await fixture.readServerPid('postgres'), 'SIGQUIT');

const flushRedis: Injection = async ({ fixture }) => {
  await fixture.redis((redis) => redis.flushall());
};

const resetConnections: Injection = async ({ fixture }) => {
  fixture.postgresProxy.resetConnections();
  fixture.redisProxy.resetConnections();
};

const delayNetwork: Injection = async (run) => {
  const { fixture, random } = run;
  fixture.postgresProxy.setDelay(random.between(50, 500));
  fixture.redisProxy.setDelay(random.between(50, 500));
  await sleep(random.between(500, run.choose(3000, 1000)));
  fixture.postgresProxy.setDelay(0);
  fixture.redisProxy.setDelay(0);
};

/** Faults that affect the app. Only one is injected at a time, because there is only one app. */
const APP_FAULTS = [killApp, killApp, stopApp, killDecoder];
const SERVER_FAULTS = [
  refuseRedis,
  refusePostgres,
  crashPostgres,
  flushRedis,
  resetConnections,
  delayNetwork,
];

/** The app and its servers fail at the same time, in random ways. */
export const severalAtRandom: Fault = {
  name: 'several at random',
  mayReject: true,
  mayRetry: true,
  permittedErrors: ['decoder_crashed'],
  async inject(run) {
    const deadline = Date.now() + run.choose(360_000, 8000);
    while (Date.now() < deadline) {
      const injections = [run.random.pick(APP_FAULTS), run.random.pick(SERVER_FAULTS)];
      await Promise.all(
        injections.map(async (inject) => {
          await sleep(run.random.between(0, 500));
          await inject(run);
          run.countInjections();
        }),
      );
      await run.waitForRecovery(Date.now());
    }
  },
};
