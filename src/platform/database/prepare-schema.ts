import { DataSource, type DataSourceOptions } from 'typeorm';
import { DatabaseNotUsableError } from '../errors/database-not-usable.error.js';
import { connectionOptions } from './data-source.js';
import { migrate } from './migrate.js';
import { findPendingMigrations } from './migration-history.js';

export type DatabaseOptions = DataSourceOptions & { migrate: 'auto' | 'off' };

/** One connection holds the lock, one migrates, one looks up blocking sessions. */
const MIGRATION_CONNECTIONS = 3;

/**
 * Applies pending migrations, or with `MIGRATE=off` checks that there are none.
 * @throws DatabaseNotUsableError
 */
export async function prepareSchema(options: DatabaseOptions): Promise<void> {
  const dataSource = await openForMigrations(options);
  try {
    if (options.migrate === 'auto') {
      await migrate(dataSource);
      return;
    }
    const pending = await findPendingMigrations(dataSource);
    if (pending.length > 0) throw DatabaseNotUsableError.outdated(pending);
  } finally {
    await dataSource.destroy();
  }
}

/** Migrations have no response timeout. */
export function openForMigrations(options: DataSourceOptions): Promise<DataSource> {
  const unlimited = {
    ...options,
    poolSize: MIGRATION_CONNECTIONS,
    extra: connectionOptions({}),
  } as DataSourceOptions;
  return new DataSource(unlimited).initialize();
}
