import type { DataSource } from 'typeorm';
import {
  findAppliedMigrations,
  findRequiredMigrations,
  listMigrationNames,
} from '../../platform/database/migration-history.js';
import type { Env } from '../../platform/config/env.js';
import { DatabaseSchemaError } from '../../platform/errors/database-schema.error.js';
import { error, type Finding, fromAppError, ok, warning } from './finding.js';

const CHECK = 'postgresql.schema';

export interface SchemaState {
  finding: Finding;
  /** Schema of new tables; null if no schema of the search path exists. */
  schema: string | null;
  /** Number of migrations that are not applied. */
  pending: number;
  /** Number of migrations that were applied. */
  applied: number;
}

type SchemaSettings = Pick<Env, 'DATABASE_SCHEMA' | 'MIGRATE'>;

/** Compares the migrations of the database with those of this version. */
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
  const known = listMigrationNames(dataSource);
  const query = (sql: string) => dataSource.query<unknown>(sql);
  const applied = new Set(await findAppliedMigrations(query));
  const required = await findRequiredMigrations(query);
  const pending = known.filter((name) => !applied.has(name));
  const unknown = required.filter((name) => !known.includes(name));
  const state = { schema, pending: pending.length, applied: applied.size };
  const finding =
    schema === null
      ? describeMissing(settings, canCreate)
      : describe(schema, state.applied, { pending, unknown }, settings);
  return { ...state, finding };
}

function describe(
  schema: string,
  applied: number,
  { pending, unknown }: { pending: string[]; unknown: string[] },
  { DATABASE_SCHEMA: wanted, MIGRATE }: SchemaSettings,
): Finding {
  if (wanted !== '' && schema !== wanted) {
    return fromAppError(CHECK, DatabaseSchemaError.notSelected(wanted, schema));
  }
  if (unknown.length > 0) {
    return error(
      CHECK,
      `A later version of Pressroom has upgraded the database (${unknown.join(', ')}).`,
      'Start that version, or restore a backup from before the upgrade.',
    );
  }
  if (pending.length === 0) return ok(CHECK, `The schema "${schema}" is up to date.`);
  if (MIGRATE === 'off') {
    return error(
      CHECK,
      `Migrations are pending, and MIGRATE is off: ${pending.join(', ')}.`,
      'Run npm run migrate as the user that owns the schema.',
    );
  }
  if (applied === 0) return ok(CHECK, `The schema "${schema}" is empty; the first start fills it.`);
  return warning(
    CHECK,
    `Migrations are pending: ${pending.join(', ')}.`,
    'Start this version of the app, which applies them.',
  );
}

function describeMissing(
  { DATABASE_SCHEMA: wanted, MIGRATE }: SchemaSettings,
  canCreate: boolean,
): Finding {
  if (wanted === '') {
    return error(
      CHECK,
      'The search path of the user contains no existing schema.',
      'Create the schema, or correct search_path of the user (ALTER ROLE … SET search_path).',
    );
  }
  if (MIGRATE === 'auto' && canCreate) {
    return ok(CHECK, `The schema "${wanted}" does not exist; the first start creates it.`);
  }
  const fix = 'Create it with CREATE SCHEMA … AUTHORIZATION, or grant USAGE on it';
  return error(
    CHECK,
    `The schema "${wanted}" does not exist, or the user has no USAGE privilege on it.`,
    MIGRATE === 'auto' ? `${fix}.` : `${fix}, then run npm run migrate.`,
  );
}
