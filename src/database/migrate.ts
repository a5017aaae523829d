import type { DataSource } from 'typeorm';

/** Any number will do, as long as every app takes the same one. */
const MIGRATION_LOCK = 7_234_901;

/**
 * Brings the schema up to date. Apps that start at the same time take turns: TypeORM itself has no
 * lock, and two of them creating one table would stop both.
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations({ transaction: 'all' });
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await runner.release();
  }
}
