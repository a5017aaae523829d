import { join } from 'node:path';
import { enableTls } from '../../support/postgres-tls.js';
import type { Fault } from '../run.js';

/** The network drops all packets of encrypted connections to PostgreSQL. */
export const tlsBlackhole: Fault = {
  name: 'TLS blackhole before PostgreSQL',
  env: { DATABASE_TIMEOUT_SECONDS: '2' },
  mayReject: true,
  async prepare(bench) {
    await enableTls(bench.databaseUrl, join(bench.directory, 'servers', 'postgres', 'data'));
    bench.usesTls = true;
    return undefined;
  },
  async cleanUp(bench) {
    bench.usesTls = false;
    await bench.sql('ALTER SYSTEM RESET ssl');
    await bench.sql('SELECT pg_reload_conf()');
  },
  async inject(run) {
    const { bench } = run;
    const [{ plain }] = await bench.sql<{ plain: number }>(
      `SELECT count(*)::int AS plain FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)
       WHERE application_name = 'pressroom' AND NOT ssl`,
    );
    if (plain > 0) run.problems.push(`${plain} connections are not encrypted`);
    bench.toPostgres.setBlackhole(true);
    run.countInjections();
    await run.pause(run.choose(20_000, 1000));
    bench.toPostgres.setBlackhole(false);
    await run.waitForRecovery(Date.now());
  },
};
