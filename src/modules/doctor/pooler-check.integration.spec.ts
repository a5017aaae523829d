import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';
import { hasPgBouncer, PgBouncer, type PoolMode } from '../../../test/support/pgbouncer.js';
import { Env } from '../../platform/config/env.js';
import { collectFindings } from './collect-findings.js';
import type { Finding } from './finding.js';
import { checkPostgres } from './postgres-checks.js';

describe.runIf(hasPgBouncer)('checkPostgres() through PgBouncer (if installed)', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  async function collectFindingsThrough(
    mode: PoolMode,
    settings: Partial<Env> = {},
  ): Promise<Finding[]> {
    const pgBouncer = await PgBouncer.startFor(database.url, { mode });
    try {
      const env = Object.assign(new Env(), settings);
      return await collectFindings({
        name: 'postgresql',
        runChecks: () => checkPostgres(pgBouncer.url, env),
      });
    } finally {
      await pgBouncer.stop();
    }
  }

  it('checkPostgres() recognizes PgBouncer in session mode', async () => {
    const findings = await collectFindingsThrough('session');
    expect(findings).toContainEqual(
      expect.objectContaining({
        status: 'ok',
        check: 'postgresql.pooler',
        message: 'PostgreSQL is behind a pooler in session mode.',
      }),
    );
  });

  it('checkPostgres() recognizes PgBouncer in transaction mode', async () => {
    const findings = await collectFindingsThrough('transaction');
    expect(findings).toContainEqual(
      expect.objectContaining({
        check: 'postgresql.pooler',
        message: expect.stringContaining('in transaction mode'),
      }),
    );
  });

  it('checkPostgres() reports no warning for PgBouncer with DATABASE_PREPARED_STATEMENTS=off', async () => {
    const findings = await collectFindingsThrough('transaction', {
      DATABASE_PREPARED_STATEMENTS: 'off',
    });
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'postgresql.pooler', status: 'ok' }),
    );
  });
});
