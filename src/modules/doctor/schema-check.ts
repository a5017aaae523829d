import type { DataSource } from 'typeorm';
import {
  findAppliedMigrations,
  findRequiredMigrations,
  listMigrationNames,
} from '../../platform/database/migration-history.js';
import type { Env } from '../../platform/config/env.js';
import { DatabaseSchemaError } from '../../platform/errors/database-schema.error.js';
import { error, type Finding, toFinding, ok, warning } from './finding.js';

const CHECK = 'postgresql.schema';

export interface SchemaState {
  finding: Finding;
  /** Schema for new tables; null if no schema in the search path exists. */
  schema: string | null;
  /** Number of migrations that have not been applied. */
  pendingCount: number;
  /** Number of migrations that have been applied. */
  appliedCount: number;
}

type SchemaSettings = Pick<Env, 'DATABASE_SCHEMA' | 'MIGRATE'>;

/** Compares the migrations in the database with the migrations of this version. */
export async function checkSchema(
  dataSource: DataSource,
  settings: SchemaSettings,
): Promise<SchemaState> {
  const [{ schema, canCreate }] = await dataSource.query<
    [{ schema: string | null; canCreate: boolean }]
  >(
    `SELECT current_schema()::text AS schema,
            NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)
              AND has_database_privilege(current_database(), 'CREATE') AS "canCreate"`,
    [settings.DATABASE_SCHEMA],
  );
  const knownNames = listMigrationNames(dataSource);
  const query = (sql: string) => dataSource.query<unknown>(sql);
  const appliedNames = new Set(await findAppliedMigrations(query));
  const requiredNames = await findRequiredMigrations(query);
  const pendingNames = knownNames.filter((name) => !appliedNames.has(name));
  const unknownNames = requiredNames.filter((name) => !knownNames.includes(name));
  const state = {
    schema,
    pendingCount: pendingNames.length,
    appliedCount: appliedNames.size,
  };
  const finding =
    schema === null
      ? describeMissingSchema(settings, canCreate)
      : describeSchema(schema, state.appliedCount, { pendingNames, unknownNames }, settings);
  return { ...state, finding };
}

function describeSchema(
  schema: string,
  appliedCount: number,
  { pendingNames, unknownNames }: { pendingNames: string[]; unknownNames: string[] },
  { DATABASE_SCHEMA: configuredSchema, MIGRATE }: SchemaSettings,
): Finding {
  if (configuredSchema !== '' && schema !== configuredSchema) {
    return toFinding(CHECK, DatabaseSchemaError.notSelected(configuredSchema, schema));
  }
  if (unknownNames.length > 0) {
    return error(
      CHECK,
      `A later version of Pressroom upgraded the database (${unknownNames.join(', ')}).`,
      'Start that version, or restore a backup from before the upgrade.',
    );
  }
  if (pendingNames.length === 0) return ok(CHECK, `The schema "${schema}" is up to date.`);
  if (MIGRATE === 'off') {
    return error(
      CHECK,
      `Migrations are pending, and MIGRATE is off: ${pendingNames.join(', ')}.`,
      'Run npm run migrate as the user that owns the schema.',
    );
  }
  if (appliedCount === 0)
    return ok(CHECK, `The schema "${schema}" is empty. The first start creates the tables.`);
  return warning(
    CHECK,
    `Migrations are pending: ${pendingNames.join(', ')}.`,
    'Start this version of the app to apply them.',
  );
}

function describeMissingSchema(
  { DATABASE_SCHEMA: configuredSchema, MIGRATE }: SchemaSettings,
  canCreate: boolean,
): Finding {
  if (configuredSchema === '') {
    return error(
      CHECK,
      'No schema in the search path of the user exists.',
      'Create the schema, or correct the search_path of the user (ALTER ROLE … SET search_path).',
    );
  }
  if (MIGRATE === 'auto' && canCreate) {
    return ok(
      CHECK,
      `The schema "${configuredSchema}" does not exist. The first start creates it.`,
    );
  }
  const fix = 'Create the schema with CREATE SCHEMA … AUTHORIZATION, or grant USAGE on it';
  return error(
    CHECK,
    `The schema "${configuredSchema}" does not exist, or the user has no USAGE privilege on it.`,
    MIGRATE === 'auto' ? `${fix}.` : `${fix}, then run npm run migrate.`,
  );
}
