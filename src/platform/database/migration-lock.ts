import { setTimeout } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';

/** Key of the advisory lock. All processes of all releases must use the same key. */
export const MIGRATION_LOCK = 7_234_901;
/**
 * The statement has no parameters, so pg sends a simple query. The portal of an extended query would keep its
 * snapshot until the end of the transaction. `CREATE INDEX CONCURRENTLY` would wait for that snapshot forever.
 */
const TRY_LOCK = `SELECT pg_try_advisory_xact_lock(${MIGRATION_LOCK}) AS acquired`;
const RETRY_INTERVAL_MS = 250;

/**
 * Runs `work` in one process at a time. A transaction on a separate connection holds the lock. This
 * also works behind PgBouncer. Polls for the lock, because a waiting statement would block
 * `CREATE INDEX CONCURRENTLY` in the process that holds the lock.
 */
export async function withMigrationLock<T>(
  dataSource: DataSource,
  work: () => Promise<T>,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    while (!(await tryLock(runner))) await setTimeout(RETRY_INTERVAL_MS);
    const result = await work();
    await runner.commitTransaction();
    return result;
  } catch (error) {
    // If the connection was lost, PostgreSQL has already ended the transaction.
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

/**
 * Starts the transaction that holds the lock. Ends it if another process already holds the lock, because
 * PgBouncer reserves a PostgreSQL connection for each open transaction. The waiting processes could otherwise
 * occupy all connections.
 */
async function tryLock(runner: QueryRunner): Promise<boolean> {
  await runner.startTransaction();
  await runner.query('SET LOCAL idle_in_transaction_session_timeout = 0');
  const [{ acquired }] = (await runner.query(TRY_LOCK)) as [{ acquired: boolean }];
  if (!acquired) await runner.rollbackTransaction();
  return acquired;
}
