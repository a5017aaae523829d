import type { Fault } from '../run.js';

/** PostgreSQL stops as by `pg_ctl stop -m immediate` and can't be reached for a while. */
export const postgresDown: Fault = {
  name: 'PostgreSQL stopped at once, back later',
  mayRefuse: true,
  async inject(run) {
    const { bench } = run;
    const pid = await bench.serverPid('postgres');
    await bench.toPostgres.refuse();
    // Immediate shutdown: no checkpoint, the next start recovers from the log.
    process.kill(pid, 'SIGQUIT');
    run.injected();
    await run.pause(run.of(20_000, 8000));
    await bench.toPostgres.accept();
    await run.recovered(Date.now());
  },
};
