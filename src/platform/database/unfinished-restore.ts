import type { DataSource } from 'typeorm';

/** Table that exists from the first step of a restore to the last. */
export const RESTORE_PROGRESS_TABLE = 'restore_progress';

/** SQL expression that is true while a restore to these tables is unfinished. */
export const IS_RESTORE_UNFINISHED = `to_regclass(format('%I.${RESTORE_PROGRESS_TABLE}', current_schema())) IS NOT NULL`;

/** Returns whether a restore to this database has started but not finished. */
export async function isRestoreUnfinished(dataSource: DataSource): Promise<boolean> {
  const [{ unfinished }] = await dataSource.query<[{ unfinished: boolean }]>(
    `SELECT ${IS_RESTORE_UNFINISHED} AS unfinished`,
  );
  return unfinished;
}
