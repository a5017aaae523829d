import type { Fault } from '../run.js';

/** Redis is killed and unavailable for some time. In the meantime, uploads must be accepted. */
export const redisKilled: Fault = {
  name: 'Redis killed, restarted',
  async inject(run) {
    const { fixture } = run;
    const pid = await fixture.readServerPid('redis');
    await fixture.redisProxy.refuseConnections();
    process.kill(pid, 'SIGKILL');
    run.countInjections();
    await run.pause(run.choose(30_000, 10_000));
    await fixture.redisProxy.acceptConnections();
    await run.waitForRecovery(Date.now());
  },
};
