import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { createEmptyDatabase, type TestDatabase } from '../../test/support/database.js';
import { dataSourceOptions } from './data-source.js';
import { migrate } from './migrate.js';

describe('the migrations', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('leave no difference to the entities on an empty database, also when two apps start at once', async () => {
    await Promise.all([migrate(dataSource), migrate(dataSource)]);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('can be taken back and run again', async () => {
    await migrate(dataSource);
    for (const _ of dataSource.migrations) await dataSource.undoLastMigration();
    const tables: unknown[] = await dataSource.query(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`,
    );
    expect(tables).toEqual([]);
    await migrate(dataSource);
  });
});
