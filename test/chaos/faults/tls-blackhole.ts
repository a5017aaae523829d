import { join } from 'node:path';
import { enableTls } from '../../support/postgres-tls.js';
import type { Fault } from '../run.js';

/** The network drops all packets of encrypted connections to PostgreSQL. */
export const tlsBlackhole: Fault = {
  name: 'TLS blackhole before PostgreSQL',
  env: { DATABASE_TIMEOUT_SECONDS: '2' },
  mayReject: true,
  async prepare(fixture) {
    await enableTls(fixture.databaseUrl, join(fixture.directory, 'servers', 'postgres', 'data'));
    fixture.usesTls = true;
    return undefined;
  },
  async cleanUp(fixture) {
    fixture.usesTls = false;
    await fixture.sql('ALTER SYSTEM RESET ssl');
    await fixture.sql('SELECT pg_reload_conf()');
  },
  async inject(run) {
    const { fixture } = run;
    const [{ unencrypted }] = await fixture.sql<{ unencrypted: number }>(
      `SELECT count(*)::int AS unencrypted FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)
       WHERE application_name = 'pressroom' AND NOT ssl`,
    );
    if (unencrypted > 0) run.problems.push(`${unencrypted} connections are not encrypted`);
    fixture.postgresProxy.setBlackhole(true);
    run.countInjections();
    await run.pause(run.choose(20_000, 1000));
    fixture.postgresProxy.setBlackhole(false);
    await run.waitForRecovery(Date.now());
  },
};
