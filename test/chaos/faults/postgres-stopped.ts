import type { Fault } from '../run.js';

/** PostgreSQL stops as with `pg_ctl stop -m immediate` and is unavailable for some time. */
export const postgresStopped: Fault = {
  name: 'PostgreSQL stopped (immediate), restarted',
  mayReject: true,
  async inject(run) {
    const { fixture } = run;
    const pid = await fixture.readServerPid('postgres');
    await fixture.postgresProxy.refuseConnections();
    // An immediate shutdown writes no checkpoint. The next start recovers from the write-ahead log.
    process.kill(pid, 'SIGQUIT');
    run.countInjections();
    await run.pause(run.choose(20_000, 8000));
    await fixture.postgresProxy.acceptConnections();
    await run.waitForRecovery(Date.now());
  },
};
