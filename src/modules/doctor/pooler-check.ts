import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { Env } from '../../platform/config/env.js';
import { type Finding, ok, warning } from './finding.js';

const CHECK = 'postgresql.pooler';
/** Number of rounds within which a pooler in transaction mode switches the server connection. */
const MAX_ROUNDS = 5;
/**
 * SQLSTATEs for a prepared statement that is missing or already exists on a different server
 * connection.
 */
const PREPARED_STATEMENT_ERRORS = new Set(['26000', '42P05']);
const STATEMENT_NAME = 'pressroom_doctor';

type PooledConnection = PoolClient & { processID: number };

/** Detects whether a pooler such as PgBouncer is in front of PostgreSQL, and which mode it uses. */
export async function checkPooler(
  dataSource: DataSource,
  preparedStatements: Env['DATABASE_PREPARED_STATEMENTS'],
): Promise<{ finding: Finding; isPooled: boolean }> {
  const driver = dataSource.driver as PostgresDriver;
  const [first, releaseFirst] = await driver.obtainMasterConnection();
  const [second, releaseSecond] = await driver.obtainMasterConnection();
  try {
    const firstConnection = first as PooledConnection;
    // A pooler assigns each client its own process ID, to support the cancellation of queries.
    if (firstConnection.processID === (await readBackendId(firstConnection))) {
      return {
        finding: ok(CHECK, 'The app connects to PostgreSQL without a pooler.'),
        isPooled: false,
      };
    }
    const finding =
      preparedStatements === 'off'
        ? ok(CHECK, 'PostgreSQL is behind a pooler, and prepared statements are off.')
        : await checkMode(firstConnection, second as PooledConnection);
    return { finding, isPooled: true };
  } finally {
    // Discards the connections, because they may be inside a failed transaction.
    releaseFirst(true);
    releaseSecond(true);
  }
}

async function checkMode(first: PooledConnection, second: PooledConnection): Promise<Finding> {
  let isShared = false;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const pidBefore = await runNamedStatement(first);
    if (pidBefore === undefined) return createNoPreparedStatementsFinding();
    await second.query('BEGIN');
    const secondPid = await runNamedStatement(second);
    // The second connection is in a transaction, so the first one gets a different server connection.
    const pidAfter = secondPid === undefined ? undefined : await runNamedStatement(first);
    await second.query('ROLLBACK');
    if (pidAfter === undefined) return createNoPreparedStatementsFinding();
    isShared ||= secondPid === pidBefore || pidAfter !== pidBefore;
  }
  return isShared
    ? ok(
        CHECK,
        'PostgreSQL is behind a pooler in transaction mode that supports prepared statements.',
      )
    : ok(CHECK, 'PostgreSQL is behind a pooler in session mode.');
}

/** Runs a named statement and returns the server's process ID; undefined if the pooler does not support named statements. */
async function runNamedStatement(connection: PooledConnection): Promise<number | undefined> {
  try {
    const { rows } = await connection.query<{ pid: number }>({
      name: STATEMENT_NAME,
      text: 'SELECT pg_backend_pid() AS pid',
    });
    return rows[0].pid;
  } catch (cause) {
    if (PREPARED_STATEMENT_ERRORS.has((cause as { code?: string }).code ?? '')) return undefined;
    throw cause;
  }
}

async function readBackendId(connection: PooledConnection): Promise<number> {
  const { rows } = await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0].pid;
}

const createNoPreparedStatementsFinding = (): Finding =>
  warning(
    CHECK,
    'PostgreSQL is behind a pooler in transaction mode that does not support prepared statements. PostgreSQL replans every statement.',
    'Set max_prepared_statements = 200 in pgbouncer.ini (PgBouncer 1.21 or later), or set DATABASE_PREPARED_STATEMENTS=off to skip the first attempt.',
  );
