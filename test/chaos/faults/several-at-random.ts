import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf } from '../processes.js';
import type { Fault, Run } from '../run.js';

type Injection = (run: Run) => Promise<void>;

const killApp: Injection = async (run) => {
  await run.bench.killMain();
  await run.startApp();
};

const stopApp: Injection = async (run) => {
  await run.bench.stopMain();
  await run.startApp();
};

const killDecoder: Injection = async ({ bench }) => {
  const [decoder] = await childrenOf(bench.main.pid, 'decoder.js');
  if (decoder) process.kill(decoder, 'SIGKILL');
};

const refuseRedis: Injection = async (run) => {
  await run.bench.toRedis.refuse();
  await sleep(run.random.between(100, run.choose(4000, 1000)));
  await run.bench.toRedis.accept();
};

const refusePostgres: Injection = async (run) => {
  await run.bench.toPostgres.refuse();
  await sleep(run.random.between(100, run.choose(4000, 1000)));
  await run.bench.toPostgres.accept();
};

const crashPostgres: Injection = async ({ bench }) =>
  void process.kill(await bench.serverPid('postgres'), 'SIGQUIT');

const flushRedis: Injection = async ({ bench }) => {
  await bench.redis((redis) => redis.flushall());
};

const resetConnections: Injection = async ({ bench }) => {
  bench.toPostgres.reset();
  bench.toRedis.reset();
};

const delayNetwork: Injection = async (run) => {
  const { bench, random } = run;
  bench.toPostgres.delay(random.between(50, 500));
  bench.toRedis.delay(random.between(50, 500));
  await sleep(random.between(500, run.choose(3000, 1000)));
  bench.toPostgres.delay(0);
  bench.toRedis.delay(0);
};

/** Only one of these at a time, because there is one app. */
const OF_THE_APP = [killApp, killApp, stopApp, killDecoder];
const OF_ITS_SERVERS = [
  refuseRedis,
  refusePostgres,
  crashPostgres,
  flushRedis,
  resetConnections,
  delayNetwork,
];

/** The app and its servers fail at the same time, in a random order. */
export const severalAtRandom: Fault = {
  name: 'several at random',
  mayReject: true,
  mayRetry: true,
  mayFail: ['decoder_crashed'],
  async inject(run) {
    const deadline = Date.now() + run.choose(360_000, 8000);
    while (Date.now() < deadline) {
      const injections = [run.random.oneOf(OF_THE_APP), run.random.oneOf(OF_ITS_SERVERS)];
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
