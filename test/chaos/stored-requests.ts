import type { ChaosFixture } from './chaos-fixture.js';
import type { Catalog } from './upload-client.js';

/** A request as stored in PostgreSQL, read without the app. */
export interface StoredRequest {
  id: string;
  status: string;
  images_total: number;
  images_completed: number;
  images_failed: number;
  images_cancelled: number;
  bytes_in: string;
  bytes_out: string;
  deliveries: number;
}

export async function findStoredRequest(
  fixture: ChaosFixture,
  { filename }: Catalog,
): Promise<StoredRequest | undefined> {
  const [request] = await fixture.sql<StoredRequest>(
    `SELECT *, (SELECT count(*)::int FROM webhook_deliveries WHERE request_id = r.id) AS deliveries
     FROM processing_requests r WHERE filename = $1`,
    [filename],
  );
  return request;
}

/** Counts the unfinished images and deliveries of one upload client. */
export async function countUnfinishedWork(
  fixture: ChaosFixture,
  clientName: string,
): Promise<{ images: number; deliveries: number }> {
  const [row] = await fixture.sql<{ images: number; deliveries: number }>(
    `WITH requests AS MATERIALIZED (SELECT id FROM processing_requests WHERE starts_with(filename, $1))
     SELECT (SELECT count(*)::int FROM images WHERE request_id IN (SELECT id FROM requests)
               AND status IN ('pending', 'queued', 'processing')) AS images,
            (SELECT count(*)::int FROM webhook_deliveries WHERE request_id IN (SELECT id FROM requests)
               AND status IN ('pending', 'delivering')) AS deliveries`,
    [`${clientName}-`],
  );
  return row;
}

/** Returns the counters that differ from `count(*)` and `sum` over the images. */
export async function findWrongCounters(
  fixture: Pick<ChaosFixture, 'sql'>,
  request: StoredRequest,
  imageCount: number,
): Promise<string[]> {
  const [counts] = await fixture.sql<Record<string, string>>(
    `SELECT count(*) AS images_total,
            count(*) FILTER (WHERE status = 'completed') AS images_completed,
            count(*) FILTER (WHERE status = 'failed') AS images_failed,
            count(*) FILTER (WHERE status = 'cancelled') AS images_cancelled,
            coalesce(sum(bytes_in) FILTER (WHERE status = 'completed'), 0) AS bytes_in,
            coalesce(sum(bytes_out) FILTER (WHERE status = 'completed'), 0) AS bytes_out
     FROM images WHERE request_id = $1`,
    [request.id],
  );
  const storedCounters = request as unknown as Record<string, string | number>;
  const differences = Object.entries(counts)
    .filter(([name, count]) => Number(storedCounters[name]) !== Number(count))
    .map(([name, count]) => `${name} ${storedCounters[name]} instead of ${count}`);
  if (Number(counts.images_total) !== imageCount) {
    differences.push(`${counts.images_total} images instead of ${imageCount}`);
  }
  return differences;
}
