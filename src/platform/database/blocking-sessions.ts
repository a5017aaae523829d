import type { DataSource } from 'typeorm';

/** A PostgreSQL session that blocks another session. Omits the statement, which may contain data. */
export interface BlockingSession {
  pid: number;
  /** Empty if the client did not set one; `null` if this role may not see sessions of other roles. */
  application_name: string | null;
  /** For example `idle in transaction`. */
  state: string | null;
  /** Start of the latest statement. */
  query_start: Date | null;
  /** Start of the current transaction. */
  transaction_start: Date | null;
}

/** Returns the sessions that hold the lock that session `pid` needs, or that are ahead of it in the queue. */
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
