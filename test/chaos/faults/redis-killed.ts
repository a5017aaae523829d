import type { Fault } from '../run.js';

/** Redis is killed and unavailable for some time. Uploads must be accepted meanwhile. */
export const redisKilled: Fault = {
  name: 'Redis killed, restarted',
  async inject(run) {
    const { bench } = run;
    const pid = await bench.serverPid('redis');
    await bench.toRedis.refuse();
    process.kill(pid, 'SIGKILL');
    run.countInjections();
    await run.pause(run.choose(30_000, 10_000));
    await bench.toRedis.accept();
    await run.waitForRecovery(Date.now());
  },
};
