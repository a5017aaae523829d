import type { DataSource } from 'typeorm';

/** A session of PostgreSQL that blocks another one. Omits its statement, which may contain data. */
export interface BlockingSession {
  pid: number;
  /** Empty when the client set none. `null` without the right to see sessions of other roles. */
  application_name: string | null;
  /** For example `idle in transaction`. */
  state: string | null;
  /** Start of its latest statement. */
  query_start: Date | null;
  /** Start of its transaction. */
  transaction_start: Date | null;
}

/** Returns the sessions that block the session `pid`: they hold its lock or wait ahead of it. */
export function findBlockingSessions(
  dataSource: DataSource,
  pid: number,
): Promise<BlockingSession[]> {
  return dataSource.query<BlockingSession[]>(
    `SELECT pid, application_name, state, query_start, xact_start AS transaction_start
     FROM pg_stat_activity WHERE pid = ANY(pg_blocking_pids($1))`,
    [pid],
  );
}
