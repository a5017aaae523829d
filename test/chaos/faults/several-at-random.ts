import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf } from '../processes.js';
import type { Run } from '../run.js';
import type { Fault } from '../run.js';

type Harm = (run: Run) => Promise<void>;

const killed: Harm = async ({ bench }) => {
  await bench.killMain();
  await bench.startMain();
};

const stopped: Harm = async ({ bench }) => {
  await bench.stopMain();
  await bench.startMain();
};

const decoderKilled: Harm = async ({ bench }) => {
  const [decoder] = await childrenOf(bench.main.pid, 'decoder.js');
  if (decoder) process.kill(decoder, 'SIGKILL');
};

const redisAway: Harm = async ({ bench, random }) => {
  await bench.toRedis.refuse();
  await sleep(random.between(100, 4000));
  await bench.toRedis.accept();
};

const postgresAway: Harm = async ({ bench, random }) => {
  await bench.toPostgres.refuse();
  await sleep(random.between(100, 4000));
  await bench.toPostgres.accept();
};

const postgresCrashed: Harm = async ({ bench }) =>
  void process.kill(await bench.serverPid('postgres'), 'SIGQUIT');

const flushed: Harm = async ({ bench }) => {
  await bench.redis((redis) => redis.flushall());
};

const reset: Harm = async ({ bench }) => {
  bench.toPostgres.reset();
  bench.toRedis.reset();
};

const slow: Harm = async ({ bench, random }) => {
  bench.toPostgres.delay(random.between(50, 500));
  bench.toRedis.delay(random.between(50, 500));
  await sleep(random.between(500, 3000));
  bench.toPostgres.delay(0);
  bench.toRedis.delay(0);
};

/** Not two of these at once: there is one app. */
const TO_THE_APP = [killed, killed, stopped, decoderKilled];
const TO_ITS_SERVERS = [redisAway, postgresAway, postgresCrashed, flushed, reset, slow];

/** The app and its servers are harmed at the same time, in an order that only the seed knows. */
export const severalAtRandom: Fault = {
  name: 'several at random',
  mayRefuse: true,
  charges: true,
  mayFail: ['decoder_crashed'],
  async inject(run) {
    const deadline = Date.now() + run.of(360_000, 10_000);
    while (Date.now() < deadline) {
      const harms = [run.random.oneOf(TO_THE_APP), run.random.oneOf(TO_ITS_SERVERS)];
      await Promise.all(
        harms.map(async (harm) => {
          await run.pause(0, 500);
          await harm(run);
          run.injected();
        }),
      );
      await run.recovered(Date.now());
    }
  },
};
