import { toSqlList } from '../states.js';

/** Runs an SQL statement, in the caller's transaction if there is one. */
export type Query = <T>(sql: string, parameters: unknown[]) => Promise<T[]>;

/** Numbers of unfinished requests and images of one owner. */
export interface OpenWork {
  requestCount: number;
  imageCount: number;
}

export async function readOpenWork(query: Query, owner: string): Promise<OpenWork> {
  const [row] = await query<{ requests: number; images: string }>(
    `SELECT count(*)::int AS requests,
            coalesce(sum(images_total - images_completed - images_failed - images_cancelled), 0) AS images
     FROM processing_requests
     WHERE status IN (${toSqlList(['pending', 'processing'])}) AND owner = $1`,
    [owner],
  );
  return { requestCount: row.requests, imageCount: Number(row.images) };
}

/** Locks the unfinished work of an owner until the transaction ends. Other uploads of the owner wait. */
export async function lockOwner(query: Query, owner: string): Promise<void> {
  await query(`SELECT pg_advisory_xact_lock(hashtextextended('open work of ' || $1, 0))`, [owner]);
}
