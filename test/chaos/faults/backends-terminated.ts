import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../run.js';

const EVERY_MS = 50;

/** One connection of the app after the other is ended by PostgreSQL, in the middle of statements. */
export const backendsTerminated: Fault = {
  name: 'pg_terminate_backend every 50 ms',
  mayRefuse: true,
  async inject(run) {
    const deadline = Date.now() + run.of(20_000, 4000);
    while (Date.now() < deadline) {
      const ended = await run.bench.sql(
        `SELECT pg_terminate_backend(pid) FROM (
           SELECT pid FROM pg_stat_activity WHERE application_name = 'pressroom'
           ORDER BY state = 'active' DESC, random() LIMIT 1) AS victim`,
      );
      run.injected(ended.length);
      await sleep(EVERY_MS);
    }
    await run.recovered(Date.now());
  },
};
