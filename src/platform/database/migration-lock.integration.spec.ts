import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../../../test/support/database.js';
import { eventually } from '../../../test/support/eventually.js';
import { dataSourceOptions } from './data-source.js';
import { MIGRATION_LOCK, withMigrationLock } from './migration-lock.js';

describe('withMigrationLock()', () => {
  let database: TestDatabase;
  let holder: Client;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    holder = new Client({ connectionString: database.url });
    await holder.connect();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await holder.end();
    await database.drop();
  });

  it('withMigrationLock() does not keep a transaction open while it waits for the lock', async () => {
    await holder.query(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
    let hasRun = false;
    const work = withMigrationLock(dataSource, async () => {
      hasRun = true;
    });
    await eventually(
      async () => {
        const { rows } = await holder.query<{ state: string; query: string }>(
          `SELECT state, query FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        );
        return rows.some(({ state, query }) => state === 'idle' && query === 'ROLLBACK');
      },
      { description: 'the first attempt to end' },
    );
    expect(hasRun).toBe(false);
    await holder.query(`SELECT pg_advisory_unlock(${MIGRATION_LOCK})`);
    await work;
    expect(hasRun).toBe(true);
  });
});
