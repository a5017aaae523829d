import type { PoolClient } from 'pg';
import {
  IS_RESTORE_UNFINISHED,
  RESTORE_PROGRESS_TABLE,
} from '../../platform/database/unfinished-restore.js';

/** Progress of an interrupted restore. */
export interface RestoreProgress {
  /** Name of the snapshot. */
  snapshot: string;
  /** Location of the image storage, from `storageLocation`. */
  storage: string;
  /** True after the rows have been loaded. Set in the same transaction as the rows. */
  isLoaded: boolean;
}

/** Returns the progress of a restore to this database; undefined if no restore was started. */
export async function findRestoreProgress(
  connection: PoolClient,
): Promise<RestoreProgress | undefined> {
  const { rows: tables } = await connection.query<{ exists: boolean }>(
    `SELECT ${IS_RESTORE_UNFINISHED} AS exists`,
  );
  if (!tables[0].exists) return undefined;
  const { rows } = await connection.query<RestoreProgress>(
    `SELECT snapshot, storage, is_loaded AS "isLoaded" FROM ${RESTORE_PROGRESS_TABLE}`,
  );
  return rows.at(0);
}

/** Records the start of a restore. */
export async function recordRestoreStart(
  connection: PoolClient,
  snapshot: string,
  storage: string,
): Promise<void> {
  await connection.query(
    `CREATE TABLE IF NOT EXISTS ${RESTORE_PROGRESS_TABLE}
       (snapshot text NOT NULL, storage text NOT NULL, is_loaded boolean NOT NULL)`,
  );
  await connection.query(`INSERT INTO ${RESTORE_PROGRESS_TABLE} VALUES ($1, $2, false)`, [
    snapshot,
    storage,
  ]);
}

/** Records that the rows are loaded. Call this in the transaction that loads the rows. */
export async function recordRowsLoaded(connection: PoolClient): Promise<void> {
  await connection.query(`UPDATE ${RESTORE_PROGRESS_TABLE} SET is_loaded = true`);
}

/** Statement that marks the restore as complete. */
export const DROP_PROGRESS_TABLE = `DROP TABLE ${RESTORE_PROGRESS_TABLE}`;
