import type { Fault } from '../run.js';

/** PostgreSQL stops as by `pg_ctl stop -m immediate` and is unavailable for some time. */
export const postgresStopped: Fault = {
  name: 'PostgreSQL stopped (immediate), restarted',
  mayReject: true,
  async inject(run) {
    const { bench } = run;
    const pid = await bench.serverPid('postgres');
    await bench.toPostgres.refuse();
    // An immediate shutdown writes no checkpoint. The next start recovers from the log.
    process.kill(pid, 'SIGQUIT');
    run.countInjections();
    await run.pause(run.choose(20_000, 8000));
    await bench.toPostgres.accept();
    await run.waitForRecovery(Date.now());
  },
};
