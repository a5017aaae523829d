import type { Client } from 'pg';

/** PostgreSQL counters, which do not depend on the load of the machine. */
export interface DatabaseCounters {
  /** WAL position, in bytes. */
  wal: number;
  walRecords: number;
  /** Full page images in the WAL. */
  pageImages: number;
  /** Committed transactions. The app runs one statement in most of them. */
  transactions: number;
  imagesUpdated: number;
  imagesUpdatedHot: number;
  /** Bytes of the tables and their indexes, including dead rows. */
  bytes: Record<string, number>;
}

/** Tables that grow with the number of images. */
const TABLES = ['images', 'products', 'artifacts', 'sources'];

/** Reads the counters. Counters of other sessions are complete only after those sessions have ended. */
export async function readDatabaseCounters(db: Client): Promise<DatabaseCounters> {
  const { rows } = await db.query<DatabaseCounters>(
    `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS wal,
            wal_records::float8 AS "walRecords", wal_fpi::float8 AS "pageImages",
            (SELECT xact_commit::float8 FROM pg_stat_database
             WHERE datname = current_database()) AS transactions,
            coalesce(n_tup_upd, 0)::float8 AS "imagesUpdated",
            coalesce(n_tup_hot_upd, 0)::float8 AS "imagesUpdatedHot",
            (SELECT json_object_agg(relname, pg_total_relation_size(oid)) FROM pg_class
             WHERE relname = ANY($1) AND relkind = 'r') AS bytes
     FROM pg_stat_wal LEFT JOIN pg_stat_user_tables ON relname = 'images'`,
    [TABLES],
  );
  return rows[0];
}

export const sumBytes = (bytes: Record<string, number>): number =>
  Object.values(bytes).reduce((a, b) => a + b, 0);
