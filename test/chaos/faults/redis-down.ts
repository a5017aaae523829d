import type { Fault } from '../run.js';

/** Redis is killed and can't be reached for a while; uploads are taken meanwhile. */
export const redisDown: Fault = {
  name: 'Redis killed, back later',
  async inject(run) {
    const { bench } = run;
    const pid = await bench.serverPid('redis');
    await bench.toRedis.refuse();
    process.kill(pid, 'SIGKILL');
    run.injected();
    await run.pause(run.of(30_000, 10_000));
    await bench.toRedis.accept();
    await run.recovered(Date.now());
  },
};
