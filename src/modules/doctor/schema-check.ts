import type { DataSource } from 'typeorm';
import {
  findAppliedMigrations,
  findRequiredMigrations,
  migrationNames,
} from '../../platform/database/migration-history.js';
import { error, type Finding, ok, warning } from './finding.js';

const CHECK = 'postgresql.schema';

export interface SchemaState {
  finding: Finding;
  /** Schema of new tables; null when the search path names none that exists. */
  schema: string | null;
  /** Number of migrations that the next start applies. */
  pending: number;
  /** Number of migrations that were applied. */
  applied: number;
}

/** Compares the migrations of the database with those of this version. */
export async function checkSchema(dataSource: DataSource): Promise<SchemaState> {
  const [{ schema }] = await dataSource.query<[{ schema: string | null }]>(
    'SELECT current_schema()::text AS schema',
  );
  const known = migrationNames(dataSource);
  const query = (sql: string) => dataSource.query<unknown>(sql);
  const applied = new Set(await findAppliedMigrations(query));
  const required = await findRequiredMigrations(query);
  const pending = known.filter((name) => !applied.has(name));
  const unknown = required.filter((name) => !known.includes(name));
  const state = { schema, pending: pending.length, applied: applied.size };
  return { ...state, finding: describe(state, pending, unknown) };
}

function describe(
  { schema, applied }: Pick<SchemaState, 'schema' | 'applied'>,
  pending: string[],
  unknown: string[],
): Finding {
  if (schema === null) {
    return error(
      CHECK,
      'The search path of the user names no schema that exists.',
      'Create the schema, or correct search_path of the user (ALTER ROLE … SET search_path).',
    );
  }
  if (unknown.length > 0) {
    return error(
      CHECK,
      `A later version of Pressroom has upgraded the database (${unknown.join(', ')}).`,
      'Start that version, or restore a backup from before the upgrade.',
    );
  }
  if (applied === 0) return ok(CHECK, `The schema "${schema}" is empty; the first start fills it.`);
  if (pending.length === 0) return ok(CHECK, `The schema "${schema}" is up to date.`);
  return warning(
    CHECK,
    `Migrations are pending: ${pending.join(', ')}.`,
    'Start this version of the app, which applies them.',
  );
}
