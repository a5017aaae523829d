import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from } from 'pg-copy-streams';
import { readCompressed } from './compressed-file.js';
import { quoteIdentifier } from './dump-tables.js';
import type { Manifest } from './manifest.js';

/**
 * Loads all tables in one transaction. The database must have the same migrations as the backup.
 * @param beforeCommit runs the last statements of the transaction
 */
export async function loadTables(
  connection: PoolClient,
  folder: string,
  { tables, sequences }: Manifest,
  beforeCommit: (connection: PoolClient) => Promise<void>,
): Promise<void> {
  await connection.query('BEGIN; SET LOCAL statement_timeout = 0');
  try {
    for (const { name, columns, file } of tables) {
      const statement = `COPY ${quoteIdentifier(name)} (${columns.map(quoteIdentifier).join(', ')}) FROM STDIN`;
      await pipeline(readCompressed(join(folder, file)), connection.query(from(statement)));
    }
    for (const { table, column, last } of sequences) {
      await connection.query(`SELECT setval(pg_get_serial_sequence($1, $2), $3)`, [
        quoteIdentifier(table),
        column,
        last,
      ]);
    }
    await beforeCommit(connection);
    await connection.query('COMMIT');
  } catch (error) {
    await connection.query('ROLLBACK');
    throw error;
  }
}

/** Returns the names of existing tables that contain rows. */
export async function findNonEmptyTables(
  connection: PoolClient,
  names: string[],
): Promise<string[]> {
  const { rows } = await connection.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relname = ANY($1) ORDER BY 1`,
    [names],
  );
  const nonEmptyTables: string[] = [];
  for (const { name } of rows) {
    const firstRow = await connection.query(`SELECT 1 FROM ${quoteIdentifier(name)} LIMIT 1`);
    if (firstRow.rows.length > 0) nonEmptyTables.push(name);
  }
  return nonEmptyTables;
}
