import { sqlList } from '../states.js';

/** Runs SQL within the transaction that asks, or outside of any. */
export type Query = <T>(sql: string, parameters: unknown[]) => Promise<T[]>;

/** What has not ended yet of one owner's uploads. */
export interface OpenWork {
  requests: number;
  images: number;
}

export async function openWorkOf(query: Query, owner: string): Promise<OpenWork> {
  const [row] = await query<{ requests: number; images: string }>(
    `SELECT count(*)::int AS requests,
            coalesce(sum(images_total - images_completed - images_failed - images_cancelled), 0) AS images
     FROM processing_requests
     WHERE status IN (${sqlList(['pending', 'processing'])}) AND owner = $1`,
    [owner],
  );
  return { requests: row.requests, images: Number(row.images) };
}

/** Until the transaction ends, no other upload of this owner gets past this line. */
export async function holdOwner(query: Query, owner: string): Promise<void> {
  await query(`SELECT pg_advisory_xact_lock(hashtextextended('open work of ' || $1, 0))`, [owner]);
}
