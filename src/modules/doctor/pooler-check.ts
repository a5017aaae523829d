import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { Env } from '../../platform/config/env.js';
import { type Finding, ok, warning } from './finding.js';

const CHECK = 'postgresql.pooler';
/** Number of rounds after which a pooler in transaction mode has switched the server connection. */
const ROUNDS = 5;
/**
 * SQLSTATEs for a prepared statement that is missing on another server connection, or already
 * exists there.
 */
const PREPARED_STATEMENT_ERRORS = new Set(['26000', '42P05']);
const STATEMENT = 'pressroom_doctor';

type Connection = PoolClient & { processID: number };

/** Detects whether a pooler such as PgBouncer is between this app and PostgreSQL, and in which mode. */
export async function checkPooler(
  dataSource: DataSource,
  preparedStatements: Env['DATABASE_PREPARED_STATEMENTS'],
): Promise<{ finding: Finding; isPooled: boolean }> {
  const driver = dataSource.driver as PostgresDriver;
  const [first, releaseFirst] = await driver.obtainMasterConnection();
  const [second, releaseSecond] = await driver.obtainMasterConnection();
  try {
    const a = first as Connection;
    // A pooler gives each client its own process id, for the cancellation of queries.
    if (a.processID === (await readBackendId(a))) {
      return {
        finding: ok(CHECK, 'The app connects to PostgreSQL without a pooler.'),
        isPooled: false,
      };
    }
    const finding =
      preparedStatements === 'off'
        ? ok(CHECK, 'PostgreSQL is behind a pooler, and prepared statements are off.')
        : await checkMode(a, second as Connection);
    return { finding, isPooled: true };
  } finally {
    // The connections may be inside a failed transaction.
    releaseFirst(true);
    releaseSecond(true);
  }
}

async function checkMode(a: Connection, b: Connection): Promise<Finding> {
  let isShared = false;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await prepare(a);
    if (before === undefined) return withoutPreparedStatements();
    await b.query('BEGIN');
    const other = await prepare(b);
    // The other connection is in a transaction, so this one gets another server connection.
    const after = other === undefined ? undefined : await prepare(a);
    await b.query('ROLLBACK');
    if (after === undefined) return withoutPreparedStatements();
    isShared ||= other === before || after !== before;
  }
  return isShared
    ? ok(
        CHECK,
        'PostgreSQL is behind a pooler in transaction mode that supports prepared statements.',
      )
    : ok(CHECK, 'PostgreSQL is behind a pooler in session mode.');
}

/** Runs a named statement and returns the server's process id; undefined if the pooler mixes up names. */
async function prepare(connection: Connection): Promise<number | undefined> {
  try {
    const { rows } = await connection.query<{ pid: number }>({
      name: STATEMENT,
      text: 'SELECT pg_backend_pid() AS pid',
    });
    return rows[0].pid;
  } catch (thrown) {
    if (PREPARED_STATEMENT_ERRORS.has((thrown as { code?: string }).code ?? '')) return undefined;
    throw thrown;
  }
}

async function readBackendId(connection: Connection): Promise<number> {
  const { rows } = await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0].pid;
}

const withoutPreparedStatements = (): Finding =>
  warning(
    CHECK,
    'PostgreSQL is behind a pooler in transaction mode that does not support prepared statements. PostgreSQL plans each statement anew.',
    'Set max_prepared_statements = 200 in pgbouncer.ini (PgBouncer 1.21 or later), or DATABASE_PREPARED_STATEMENTS=off, which omits the first attempt.',
  );
