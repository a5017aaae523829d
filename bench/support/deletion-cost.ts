import { eventually } from '../../test/support/eventually.js';
import { readDatabaseCounters } from './database-counters.js';
import type { Measurement } from './measurement.js';
import type { PollingClient } from './polling-client.js';
import type { Servers } from './servers.js';

const TIMEOUT_MS = 15 * 60_000;

/** Deletes all requests that the client uploaded. Returns the cost of deleting an image. */
export async function measureDeletionCost(
  servers: Servers,
  client: PollingClient,
): Promise<Measurement> {
  const imageCount = client.uploadedImageCount;
  const before = await servers.withDatabase(readDatabaseCounters);
  const startedAt = Date.now();
  for (const id of client.imageCountsById.keys()) await client.deleteRequest(id);
  await eventually(() => isEmpty(servers), {
    timeoutMs: TIMEOUT_MS,
    intervalMs: 1000,
    description: 'all rows to be deleted',
  });
  const seconds = (Date.now() - startedAt) / 1000;
  const after = await servers.withDatabase(readDatabaseCounters);
  const wal = (after.wal - before.wal) / imageCount;
  return {
    label: 'WAL per deleted image',
    value: `${wal.toFixed(0)} bytes`,
    baseline: `${imageCount} images in ${seconds.toFixed(0)} s`,
    ratio: wal,
  };
}

const isEmpty = (servers: Servers): Promise<boolean> =>
  servers.withDatabase(async (db) => {
    const { rows } = await db.query<{ isEmpty: boolean }>(
      `SELECT NOT EXISTS (SELECT FROM images) AND NOT EXISTS (SELECT FROM artifacts) AS "isEmpty"`,
    );
    return rows[0].isEmpty;
  });
