import type { DataSource } from 'typeorm';
import type { Env } from '../../platform/config/env.js';
import { error, type Finding, ok } from './finding.js';
import type { SchemaState } from './schema-check.js';

const CHECK = 'postgresql.rights';
const TABLE_RIGHTS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

interface Rights {
  user: string;
  canUseSchema: boolean;
  canCreateTables: boolean;
  canReadSystemIdentifier: boolean;
}

interface TableRights {
  table: string;
  missingPrivileges: string[];
  isOwner: boolean;
}

/** Checks that the database user has the privileges that the app and pending migrations need. */
export async function* checkRights(
  dataSource: DataSource,
  { schema, pendingCount, appliedCount }: SchemaState,
  migrateMode: Env['MIGRATE'],
): AsyncGenerator<Finding> {
  if (schema === null) return;
  // With MIGRATE=off, a different user runs the migrations.
  const willMigrate = pendingCount > 0 && migrateMode === 'auto';
  const [rights] = await dataSource.query<[Rights]>(
    `SELECT current_user::text AS user,
            has_schema_privilege($1, 'USAGE') AS "canUseSchema",
            has_schema_privilege($1, 'CREATE') AS "canCreateTables",
            has_function_privilege('pg_control_system()', 'EXECUTE') AS "canReadSystemIdentifier"`,
    [schema],
  );
  const missingRights = [...listMissingSchemaGrants(rights, schema, willMigrate)];
  if (appliedCount > 0)
    missingRights.push(...(await listMissingTableGrants(dataSource, rights.user, willMigrate)));
  if (missingRights.length === 0) {
    yield ok(CHECK, `The user "${rights.user}" has all privileges that the app needs.`);
    return;
  }
  for (const [message, fix] of missingRights) yield error(CHECK, message, fix);
}

type MissingRight = [message: string, fix: string];

function* listMissingSchemaGrants(
  rights: Rights,
  schema: string,
  willMigrate: boolean,
): Generator<MissingRight> {
  const { user, canUseSchema, canCreateTables, canReadSystemIdentifier } = rights;
  if (!canUseSchema) yield createMissingRight(user, `USAGE ON SCHEMA "${schema}"`);
  if (willMigrate && !canCreateTables)
    yield createMissingRight(user, `CREATE ON SCHEMA "${schema}"`);
  if (!canReadSystemIdentifier)
    yield createMissingRight(user, 'EXECUTE ON FUNCTION pg_control_system()');
}

async function listMissingTableGrants(
  dataSource: DataSource,
  user: string,
  willMigrate: boolean,
): Promise<MissingRight[]> {
  const tables = dataSource.entityMetadatas.map(({ tablePath }) => tablePath);
  const rows = await dataSource.query<TableRights[]>(
    `SELECT name AS "table",
            ARRAY(SELECT one FROM unnest($2::text[]) one
                  WHERE NOT has_table_privilege(relation.oid, one)) AS "missingPrivileges",
            pg_has_role(relation.relowner, 'USAGE') AS "isOwner"
     FROM unnest($1::text[]) name JOIN pg_class relation ON relation.oid = to_regclass(name)`,
    [tables, TABLE_RIGHTS],
  );
  return rows.flatMap(({ table, missingPrivileges, isOwner }) => {
    if (missingPrivileges.length > 0)
      return [createMissingRight(user, `${missingPrivileges.join(', ')} ON TABLE ${table}`)];
    if (!willMigrate || isOwner) return [];
    const message = `The user "${user}" does not own the table ${table}, which pending migrations will change.`;
    return [[message, `ALTER TABLE ${table} OWNER TO "${user}";`] satisfies MissingRight];
  });
}

const createMissingRight = (user: string, right: string): MissingRight => [
  `The user "${user}" lacks the privilege ${right}.`,
  `As the owner or a superuser, run: GRANT ${right} TO "${user}";`,
];
