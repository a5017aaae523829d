import { DataSource } from 'typeorm';
import type { Env } from '../config/env.js';
import { DatabaseNotUsableError } from '../errors/database-not-usable.error.js';
import { DatabaseSchemaError } from '../errors/database-schema.error.js';
import { dataSourceOptions } from './data-source.js';
import { migrate } from './migrate.js';
import { findPendingMigrations } from './migration-history.js';
import { withMigrationLock } from './migration-lock.js';
import { isRestoreUnfinished } from './unfinished-restore.js';

/** The settings that concern the schema. */
export type DatabaseSettings = Pick<Env, 'DATABASE_URL' | 'DATABASE_SCHEMA' | 'MIGRATE'>;

/** One connection holds the lock, one migrates, one looks up blocking sessions. */
const MIGRATION_CONNECTIONS = 3;

/**
 * Prepares the schema for the app. Applies pending migrations, or with `MIGRATE=off` checks that
 * there are none. Rejects the target of an unfinished restore, which lacks rows of stored files.
 *
 * @throws DatabaseNotUsableError, DatabaseSchemaError
 */
export async function prepareSchema(settings: DatabaseSettings): Promise<void> {
  const dataSource = await openForMigrations(settings);
  try {
    if (await isRestoreUnfinished(dataSource)) throw DatabaseNotUsableError.restoreUnfinished();
    if (settings.MIGRATE === 'auto') {
      await migrate(dataSource);
      return;
    }
    const pending = await findPendingMigrations(dataSource);
    if (pending.length > 0) throw DatabaseNotUsableError.outdated(pending);
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Opens a pool without a response timeout, which migrations may exceed.
 * @param isWanted selects migrations of this version by name
 * @throws DatabaseSchemaError
 */
export async function openForMigrations(
  settings: DatabaseSettings,
  isWanted: (migration: string) => boolean = () => true,
): Promise<DataSource> {
  const { DATABASE_URL, DATABASE_SCHEMA: schema } = settings;
  const options = dataSourceOptions(DATABASE_URL!, MIGRATION_CONNECTIONS, { schema });
  const wanted = options.migrations.filter(({ name }) => isWanted(name));
  const dataSource = await new DataSource({ ...options, migrations: wanted }).initialize();
  try {
    await selectSchema(dataSource, settings);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/** Checks that the connections use the schema, and creates it with `MIGRATE=auto` if it is missing. */
async function selectSchema(
  dataSource: DataSource,
  { DATABASE_SCHEMA: wanted, MIGRATE }: DatabaseSettings,
): Promise<void> {
  const readCurrentSchema = async () => {
    const [{ name }] = await dataSource.query<[{ name: string | null }]>(
      'SELECT current_schema() AS name',
    );
    return name;
  };
  if ((await readCurrentSchema()) === null && wanted !== '' && MIGRATE === 'auto') {
    // If two processes create it at the same time, one of them fails.
    await withMigrationLock(dataSource, () =>
      dataSource.query(`CREATE SCHEMA IF NOT EXISTS "${wanted}"`),
    );
  }
  const name = await readCurrentSchema();
  if (name === null) throw DatabaseSchemaError.missing(wanted);
  if (wanted !== '' && name !== wanted) throw DatabaseSchemaError.notSelected(wanted, name);
}
