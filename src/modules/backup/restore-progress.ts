import type { PoolClient } from 'pg';
import {
  IS_RESTORE_UNFINISHED,
  RESTORE_PROGRESS_TABLE,
} from '../../platform/database/unfinished-restore.js';

const TABLE = RESTORE_PROGRESS_TABLE;

/** Progress of a restore that was interrupted. */
export interface RestoreProgress {
  /** Name of the snapshot. */
  snapshot: string;
  /** Storage of the images, as `storageLocation` names it. */
  storage: string;
  /** True when the rows are loaded. The same transaction sets it. */
  isLoaded: boolean;
}

/** Returns the progress of the restore to this database; undefined when none has begun. */
export async function findProgress(connection: PoolClient): Promise<RestoreProgress | undefined> {
  const { rows: tables } = await connection.query<{ exists: boolean }>(
    `SELECT ${IS_RESTORE_UNFINISHED} AS exists`,
  );
  if (!tables[0].exists) return undefined;
  const { rows } = await connection.query<RestoreProgress>(
    `SELECT snapshot, storage, is_loaded AS "isLoaded" FROM ${TABLE}`,
  );
  return rows.at(0);
}

/** Records the start of a restore. */
export async function recordBegin(
  connection: PoolClient,
  snapshot: string,
  storage: string,
): Promise<void> {
  await connection.query(
    `CREATE TABLE IF NOT EXISTS ${TABLE}
       (snapshot text NOT NULL, storage text NOT NULL, is_loaded boolean NOT NULL)`,
  );
  await connection.query(`INSERT INTO ${TABLE} VALUES ($1, $2, false)`, [snapshot, storage]);
}

/** Records that the rows are loaded, in the same transaction. */
export async function recordLoaded(connection: PoolClient): Promise<void> {
  await connection.query(`UPDATE ${TABLE} SET is_loaded = true`);
}

/** Statement that ends the restore. */
export const REMOVE_PROGRESS = `DROP TABLE ${TABLE}`;
