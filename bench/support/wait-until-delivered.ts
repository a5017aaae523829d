import { setTimeout as sleep } from 'node:timers/promises';
import type { Servers } from './servers.js';

const POLL_INTERVAL_MS = 200;

/** Waits until every request has ended and every webhook is delivered or has failed permanently. */
export async function waitUntilDelivered(servers: Servers): Promise<void> {
  await servers.withDatabase(async (db) => {
    for (;;) {
      const { rowCount } = await db.query(
        `(SELECT FROM processing_requests WHERE status IN ('pending', 'processing') LIMIT 1)
         UNION ALL
         (SELECT FROM webhook_deliveries WHERE status IN ('pending', 'delivering') LIMIT 1)`,
      );
      if (rowCount === 0) return;
      await sleep(POLL_INTERVAL_MS);
    }
  });
}
