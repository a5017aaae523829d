import { join } from 'node:path';
import { Transform } from 'node:stream';
import type { PoolClient } from 'pg';
import { to } from 'pg-copy-streams';
import type { DataSource } from 'typeorm';
import { writeCompressed } from './compressed-file.js';
import type { BackedUpSequence, BackedUpTable } from './manifest.js';

/**
 * Tables that a backup excludes: usage, which database triggers recompute, and the rows of running processes. The
 * migration history is not an entity. The restore writes it when it runs the migrations.
 */
export const EXCLUDED_TABLES = ['storage_usage', 'task_leases', 'workers'];

/** Lists the tables that a backup contains. The schema may also contain tables from other software. */
export const listBackedUpTables = ({
  entityMetadatas,
}: Pick<DataSource, 'entityMetadatas'>): string[] =>
  entityMetadatas
    .map(({ tableName }) => tableName)
    .filter((name) => !EXCLUDED_TABLES.includes(name));

interface ExistingTable {
  name: string;
  columns: string[];
  references: string[];
}

/** Selects the existing tables with these names, and their columns with stored values. */
const SELECT_TABLES = `
  SELECT class.relname::text AS name,
    ARRAY(SELECT attname::text FROM pg_attribute
          WHERE attrelid = class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
          ORDER BY attnum) AS columns,
    ARRAY(SELECT other.relname::text FROM pg_constraint key JOIN pg_class other ON other.oid = key.confrelid
          WHERE key.conrelid = class.oid AND key.contype = 'f' AND other.oid <> class.oid) AS references
  FROM pg_class class
  WHERE class.relnamespace = current_schema()::regnamespace AND class.relname = ANY($1)
  ORDER BY 1`;

const SELECT_IDENTITY_COLUMNS = `
  SELECT class.relname::text AS table, attribute.attname::text AS column,
         pg_get_serial_sequence(format('%I', class.relname), attribute.attname) AS sequence
  FROM pg_attribute attribute JOIN pg_class class ON class.oid = attribute.attrelid
  WHERE class.relnamespace = current_schema()::regnamespace AND class.relname = ANY($1)
    AND attribute.attnum > 0 AND NOT attribute.attisdropped
    AND attribute.attidentity <> ''`;

/** Writes the tables with these names to files, on a connection with an open snapshot. */
export async function dumpTables(
  connection: PoolClient,
  names: string[],
  folder: string,
): Promise<BackedUpTable[]> {
  const { rows: existingTables } = await connection.query<ExistingTable>(SELECT_TABLES, [names]);
  const tables: BackedUpTable[] = [];
  for (const { name, columns } of sortByForeignKeys(existingTables)) {
    const file = `${name}.copy.gz`;
    // Copies a query, because COPY of a table omits the rows of partitions.
    const query = `SELECT ${columns.map(quoteIdentifier).join(', ')} FROM ${quoteIdentifier(name)}`;
    const { sha256, rowCount } = await dumpQuery(connection, query, join(folder, file));
    tables.push({ name, columns, rows: rowCount, file, sha256 });
  }
  return tables;
}

/** Writes the rows of a query to a file, in the COPY text format, which all PostgreSQL versions can read. */
export async function dumpQuery(connection: PoolClient, query: string, path: string) {
  const copyStream = connection.query(to(`COPY (${query}) TO STDOUT`));
  let rowCount = 0;
  // Each row ends with a line feed. Line feeds within values are escaped.
  const rowCounter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (let index = chunk.indexOf(10); index >= 0; index = chunk.indexOf(10, index + 1))
        rowCount += 1;
      done(null, chunk);
    },
  });
  const sha256 = await writeCompressed(copyStream, path, [rowCounter]);
  return { sha256, rowCount };
}

/**
 * Reads the sequences of the identity columns. Omits unused sequences. Reads the last value from
 * the rows if the user may not read the sequence.
 */
export async function readSequences(
  connection: PoolClient,
  names: string[],
): Promise<BackedUpSequence[]> {
  const { rows } = await connection.query<{ table: string; column: string; sequence: string }>(
    SELECT_IDENTITY_COLUMNS,
    [names],
  );
  const sequences: BackedUpSequence[] = [];
  for (const { table, column, sequence } of rows) {
    // The USAGE privilege does not allow reading the sequence as a table.
    const { rows: values } = await connection.query<{ last: string | null }>(
      `SELECT CASE WHEN has_sequence_privilege($1, 'USAGE, SELECT') THEN pg_sequence_last_value($1::regclass)
              ELSE (SELECT max(${quoteIdentifier(column)}) FROM ${quoteIdentifier(table)}) END::text AS last`,
      [sequence],
    );
    const [{ last }] = values;
    if (last !== null) sequences.push({ table, column, last });
  }
  return sequences;
}

export const quoteIdentifier = (identifier: string): string =>
  `"${identifier.replaceAll('"', '""')}"`;

/** Sorts tables so that each follows the tables that its foreign keys reference. */
export function sortByForeignKeys<T extends Pick<ExistingTable, 'name' | 'references'>>(
  tables: readonly T[],
): T[] {
  const sortedTables: T[] = [];
  const remaining = new Map(tables.map((table) => [table.name, table]));
  while (remaining.size > 0) {
    const readyTables = [...remaining.values()].filter(
      ({ references }) => !references.some((name) => remaining.has(name)),
    );
    if (readyTables.length === 0) throw new Error('The foreign keys of the tables form a cycle.');
    for (const table of readyTables) remaining.delete(table.name);
    sortedTables.push(...readyTables);
  }
  return sortedTables;
}
