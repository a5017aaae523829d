import { setTimeout } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';

/** Key of the advisory lock. Every process of every release must use the same number. */
export const MIGRATION_LOCK = 7_234_901;
/**
 * Has no parameters, so pg sends it as a simple query. The portal of an extended query would keep its snapshot
 * until the end of the transaction. `CREATE INDEX CONCURRENTLY` would wait for that forever.
 */
const TRY_LOCK = `SELECT pg_try_advisory_xact_lock(${MIGRATION_LOCK}) AS held`;
const RETRY_MS = 250;

/**
 * Runs `work` in one process at a time. The lock belongs to a transaction on a separate connection,
 * which also works behind PgBouncer. Polls for the lock, because a waiting statement would block
 * `CREATE INDEX CONCURRENTLY` of its holder.
 */
export async function withMigrationLock<T>(
  dataSource: DataSource,
  work: () => Promise<T>,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    while (!(await tryLock(runner))) await setTimeout(RETRY_MS);
    const result = await work();
    await runner.commitTransaction();
    return result;
  } catch (error) {
    // The connection may be lost, which also ends the transaction.
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

/**
 * Starts the transaction of the lock. Ends it if another process holds the lock, because PgBouncer keeps a
 * connection to PostgreSQL for each transaction. The waiting processes could use all of them.
 */
async function tryLock(runner: QueryRunner): Promise<boolean> {
  await runner.startTransaction();
  await runner.query('SET LOCAL idle_in_transaction_session_timeout = 0');
  const [{ held }] = (await runner.query(TRY_LOCK)) as [{ held: boolean }];
  if (!held) await runner.rollbackTransaction();
  return held;
}
