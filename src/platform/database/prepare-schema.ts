import { DataSource } from 'typeorm';
import type { Env } from '../config/env.js';
import { DatabaseNotUsableError } from '../errors/database-not-usable.error.js';
import { DatabaseSchemaError } from '../errors/database-schema.error.js';
import { dataSourceOptions } from './data-source.js';
import { migrate } from './migrate.js';
import { findPendingMigrations } from './migration-history.js';
import { withMigrationLock } from './migration-lock.js';
import { isRestoreUnfinished } from './unfinished-restore.js';

/** Settings that determine the database and its schema. */
export type DatabaseSettings = Pick<Env, 'DATABASE_URL' | 'DATABASE_SCHEMA' | 'MIGRATE'>;

/** One connection holds the lock, one migrates, and one finds blocking sessions. */
const MIGRATION_CONNECTIONS = 3;

/**
 * Prepares the schema for the app. Applies pending migrations. With `MIGRATE=off`, fails if any migrations
 * are pending. Also fails if a restore is unfinished, because the rows of some stored files may be missing.
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
    const pendingMigrations = await findPendingMigrations(dataSource);
    if (pendingMigrations.length > 0) throw DatabaseNotUsableError.outdated(pendingMigrations);
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Opens a pool without a response timeout, because migrations may take a long time.
 * @param isSelected selects migrations of this version by name
 * @throws DatabaseSchemaError
 */
export async function openForMigrations(
  settings: DatabaseSettings,
  isSelected: (migration: string) => boolean = () => true,
): Promise<DataSource> {
  const { DATABASE_URL, DATABASE_SCHEMA: schema } = settings;
  const options = dataSourceOptions(DATABASE_URL!, MIGRATION_CONNECTIONS, { schema });
  const migrations = options.migrations.filter(({ name }) => isSelected(name));
  const dataSource = await new DataSource({ ...options, migrations }).initialize();
  try {
    await selectSchema(dataSource, settings);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/** Checks that the connections use the configured schema. Creates a missing schema with `MIGRATE=auto`. */
async function selectSchema(
  dataSource: DataSource,
  { DATABASE_SCHEMA: schema, MIGRATE }: DatabaseSettings,
): Promise<void> {
  const readCurrentSchema = async () => {
    const [{ name }] = await dataSource.query<[{ name: string | null }]>(
      'SELECT current_schema() AS name',
    );
    return name;
  };
  if ((await readCurrentSchema()) === null && schema !== '' && MIGRATE === 'auto') {
    // If two processes created the schema at the same time, one of them would fail.
    await withMigrationLock(dataSource, () =>
      dataSource.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`),
    );
  }
  const currentSchema = await readCurrentSchema();
  if (currentSchema === null) throw DatabaseSchemaError.missing(schema);
  if (schema !== '' && currentSchema !== schema)
    throw DatabaseSchemaError.notSelected(schema, currentSchema);
}
