import { eventually } from '../../support/eventually.js';
import { storeOneImageRequests } from '../../support/stored-request.js';
import type { Bench } from '../bench.js';
import type { Fault } from '../run.js';
import type { Catalog } from '../merchant.js';

const REQUESTS = 700;
const OWNER = 'another owner';
/** Most requests of the other owner that may end before the images of this one. */
const MAX_ENDED_SHARE = 0.25;

const healthyOrigins = ({ origins }: Bench) => origins.slice(0, 2).map(({ url }) => url);

/**
 * One owner has 700 requests of one image each at an origin that never answers. The images of another
 * owner complete while nearly all of those requests are open.
 */
export const deadHostOfAnotherOwner: Fault = {
  name: '700 requests to a dead host',
  env: { IMAGE_ATTEMPTS: '3', IMAGE_RETRY_SECONDS: '5', DOWNLOAD_TIMEOUT_SECONDS: '2' },
  charges: true,
  mayFail: ['download_timed_out', 'connection_timed_out', 'host_unavailable'],
  origins: healthyOrigins,
  async inject(run) {
    const { bench, merchant } = run;
    const dead = bench.origins[2];
    // Its own images at that origin are done before the origin stops to answer.
    await ended(bench, merchant.accepted[0]);
    for (let round = run.of(3, 1); round > 0; round--) {
      dead.dead = true;
      await storeOneImageRequests(bench.toPostgres.url, REQUESTS, {
        owner: OWNER,
        urlPrefix: `${dead.url}/dead-${round}`,
      });
      run.injected();
      const begun = Date.now();
      const images = run.of(20, 4);
      await ended(bench, await merchant.upload(images, { origins: healthyOrigins(bench) }));
      const seconds = ((Date.now() - begun) / 1000).toFixed(1);
      const open = await countOpen(bench);
      run.notes.push(
        `${images} images took ${seconds} s; ${open} of ${REQUESTS} other requests were open`,
      );
      if (open < REQUESTS * (1 - MAX_ENDED_SHARE)) {
        run.problems.push(`only ${open} of ${REQUESTS} other requests were open at the end`);
      }
      dead.dead = false;
      await removeRequests(bench);
    }
  },
  tidy: async (bench) => {
    for (const origin of bench.origins) origin.dead = false;
    await removeRequests(bench);
  },
};

async function ended(bench: Bench, { requestId, filename }: Catalog): Promise<void> {
  await eventually(
    async () => {
      const rows = await bench.sql(
        'SELECT 1 FROM processing_requests WHERE id = $1 AND completed_at IS NOT NULL',
        [requestId],
      );
      return rows.length > 0;
    },
    { timeoutMs: 120_000, intervalMs: 50, what: `${filename} to end` },
  );
}

async function countOpen(bench: Bench): Promise<number> {
  const [{ open }] = await bench.sql<{ open: number }>(
    `SELECT count(*)::int AS open FROM processing_requests
     WHERE owner = $1 AND completed_at IS NULL`,
    [OWNER],
  );
  return open;
}

/** As a bulk operation of the app removes them: the request first, then its rows. */
async function removeRequests(bench: Bench): Promise<void> {
  const removed = await bench.sql<{ id: string }>(
    'DELETE FROM processing_requests WHERE owner = $1 RETURNING id',
    [OWNER],
  );
  const ids = removed.map(({ id }) => id);
  await bench.sql('DELETE FROM images WHERE request_id = ANY($1::uuid[])', [ids]);
  await bench.sql('DELETE FROM products WHERE request_id = ANY($1::uuid[])', [ids]);
}
