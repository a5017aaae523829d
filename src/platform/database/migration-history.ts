import type { DataSource } from 'typeorm';

/** Table of all migrations that were applied. TypeORM reads and writes it. */
export const HISTORY_TABLE = 'schema_migrations';

/**
 * Table of the migrations that a release must know to work on the schema. A release that finds an unknown name
 * is not ready (`schema_newer`). Version 0.2 and earlier also read their history from it.
 */
export const REQUIRED_TABLE = 'migrations';

/**
 * Timestamp of the last migration of the previous release. Later ones are left out of `REQUIRED_TABLE`, so
 * the previous release stays ready on the schema of this one. Move it in each release (CONTRIBUTING.md).
 */
export const PREVIOUS_RELEASE = 1795500000000;

type Query = (sql: string, parameters?: unknown[]) => Promise<unknown>;

const createTable = (name: string) => `CREATE TABLE "${name}" (
  "id" SERIAL NOT NULL, "timestamp" bigint NOT NULL, "name" character varying NOT NULL,
  CONSTRAINT "PK_${name}" PRIMARY KEY ("id"))`;

/** Creates the history of a database that version 0.2 or earlier has migrated, and of an empty one. */
export async function createHistory(query: Query): Promise<void> {
  const { history, required } = await findTables(query);
  if (history) return;
  await query(createTable(HISTORY_TABLE));
  if (!required) return;
  await query(
    `INSERT INTO ${HISTORY_TABLE} ("timestamp", name)
     SELECT "timestamp", name FROM ${REQUIRED_TABLE} ORDER BY id`,
  );
}

/** Lists the migrations that the previous release knows as required. */
export async function recordRequired(query: Query): Promise<void> {
  if (!(await findTables(query)).required) await query(createTable(REQUIRED_TABLE));
  await query(
    `INSERT INTO ${REQUIRED_TABLE} ("timestamp", name)
     SELECT "timestamp", name FROM ${HISTORY_TABLE}
     WHERE "timestamp" <= $1 AND name NOT IN (SELECT name FROM ${REQUIRED_TABLE}) ORDER BY "timestamp"`,
    [PREVIOUS_RELEASE],
  );
}

/** Returns the names of the applied migrations, in their order. Empty for an empty database. */
export async function findAppliedMigrations(query: Query): Promise<string[]> {
  const { history, required } = await findTables(query);
  const table = history ?? required;
  if (!table) return [];
  const applied = await query(`SELECT name::text AS name FROM ${table} ORDER BY id`);
  return (applied as { name: string }[]).map(({ name }) => name);
}

/** Returns the names of the migrations that a release must know to work on the schema. */
export async function findRequiredMigrations(query: Query): Promise<string[]> {
  const { required } = await findTables(query);
  if (!required) return [];
  const rows = await query(`SELECT name::text AS name FROM ${REQUIRED_TABLE} ORDER BY id`);
  return (rows as { name: string }[]).map(({ name }) => name);
}

/** Returns the names of the migrations that are not applied, in their order. */
export async function findPendingMigrations(dataSource: DataSource): Promise<string[]> {
  const applied = await findAppliedMigrations((sql) => dataSource.query(sql));
  return migrationNames(dataSource).filter((name) => !applied.includes(name));
}

/** Returns the names of the migrations of this release. */
export const migrationNames = (dataSource: DataSource): string[] =>
  dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);

/**
 * Quotes the name of a table in the schema of this installation. A later schema of the search path
 * may have a table of the same name, for example of another application with TypeORM.
 */
const quoteTable = (name: string) =>
  `(SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() AND tablename = '${name}')`;

async function findTables(query: Query) {
  const [found] = (await query(
    `SELECT ${quoteTable(HISTORY_TABLE)} AS history, ${quoteTable(REQUIRED_TABLE)} AS required`,
  )) as { history: string | null; required: string | null }[];
  return found;
}
