import type { Fault } from '../run.js';

const TERMINATION_INTERVAL_MS = 50;

/** PostgreSQL terminates the connections of the app one after the other, even during statements. */
export const backendsTerminated: Fault = {
  name: 'pg_terminate_backend every 50 ms',
  mayReject: true,
  async inject(run) {
    const deadline = Date.now() + run.choose(20_000, 3000);
    while (Date.now() < deadline) {
      const terminatedRows = await run.fixture.sql(
        `SELECT pg_terminate_backend(pid) FROM (
           SELECT pid FROM pg_stat_activity WHERE application_name = 'pressroom'
           ORDER BY state = 'active' DESC, random() LIMIT 1) AS victim`,
      );
      run.countInjections(terminatedRows.length);
      await run.pause(TERMINATION_INTERVAL_MS);
    }
    await run.waitForRecovery(Date.now());
  },
};
