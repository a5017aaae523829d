import type { DataSource } from 'typeorm';

/** Table of all applied migrations. TypeORM reads and writes it. */
export const HISTORY_TABLE = 'schema_migrations';

/**
 * Table of the migrations that a release must know to work with the schema. A release that finds an unknown
 * migration in it is not ready (`schema_newer`). Version 0.2 and earlier also use it as their history table.
 */
export const REQUIRED_TABLE = 'migrations';

/**
 * Timestamp of the last migration in the previous release. `REQUIRED_TABLE` omits later migrations, so the
 * previous release stays ready on the schema of this release. Update it in each release (CONTRIBUTING.md).
 */
export const PREVIOUS_RELEASE_TIMESTAMP = 1795500000000;

type Query = (sql: string, parameters?: unknown[]) => Promise<unknown>;

const buildCreateTable = (name: string) => `CREATE TABLE "${name}" (
  "id" SERIAL NOT NULL, "timestamp" bigint NOT NULL, "name" character varying NOT NULL,
  CONSTRAINT "PK_${name}" PRIMARY KEY ("id"))`;

/** Creates the history table. Copies the history of a database that version 0.2 or earlier has migrated. */
export async function createHistoryTable(query: Query): Promise<void> {
  const { history, required } = await findTables(query);
  if (history) return;
  await query(buildCreateTable(HISTORY_TABLE));
  if (!required) return;
  await query(
    `INSERT INTO ${HISTORY_TABLE} ("timestamp", name)
     SELECT "timestamp", name FROM ${REQUIRED_TABLE} ORDER BY id`,
  );
}

/** Records the migrations that the previous release knows as required. */
export async function recordRequiredMigrations(query: Query): Promise<void> {
  if (!(await findTables(query)).required) await query(buildCreateTable(REQUIRED_TABLE));
  await query(
    `INSERT INTO ${REQUIRED_TABLE} ("timestamp", name)
     SELECT "timestamp", name FROM ${HISTORY_TABLE}
     WHERE "timestamp" <= $1 AND name NOT IN (SELECT name FROM ${REQUIRED_TABLE}) ORDER BY "timestamp"`,
    [PREVIOUS_RELEASE_TIMESTAMP],
  );
}

/** Returns the names of the applied migrations in order, or an empty array for an empty database. */
export async function findAppliedMigrations(query: Query): Promise<string[]> {
  const { history, required } = await findTables(query);
  const table = history ?? required;
  if (!table) return [];
  const appliedRows = await query(`SELECT name::text AS name FROM ${table} ORDER BY id`);
  return (appliedRows as { name: string }[]).map(({ name }) => name);
}

/** Returns the names of the migrations that a release must know to work with the schema. */
export async function findRequiredMigrations(query: Query): Promise<string[]> {
  const { required } = await findTables(query);
  if (!required) return [];
  const rows = await query(`SELECT name::text AS name FROM ${REQUIRED_TABLE} ORDER BY id`);
  return (rows as { name: string }[]).map(({ name }) => name);
}

/** Returns the names of the migrations that are not applied yet, in order. */
export async function findPendingMigrations(dataSource: DataSource): Promise<string[]> {
  const appliedNames = await findAppliedMigrations((sql) => dataSource.query(sql));
  return listMigrationNames(dataSource).filter((name) => !appliedNames.includes(name));
}

/** Returns the names of the migrations in this release. */
export const listMigrationNames = (dataSource: DataSource): string[] =>
  dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);

/**
 * Returns an SQL expression for the name of a table in the schema of this installation. The expression is null
 * if the table does not exist. A later schema in the search path may have a table with the same name, for
 * example from another TypeORM application.
 */
const tableNameExpression = (name: string) =>
  `(SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() AND tablename = '${name}')`;

async function findTables(query: Query) {
  const [tables] = (await query(
    `SELECT ${tableNameExpression(HISTORY_TABLE)} AS history, ${tableNameExpression(REQUIRED_TABLE)} AS required`,
  )) as { history: string | null; required: string | null }[];
  return tables;
}
