import { storeOneImageRequests } from '../../support/stored-request.js';
import type { Bench } from '../bench.js';
import type { Fault } from '../run.js';

const REQUESTS = 700;
const OWNER = 'another owner';
/** Maximum share of the other owner's requests that may end before the images of this one. */
const MAX_ENDED_SHARE = 0.25;

const healthyOrigins = ({ origins }: Bench) => origins.slice(0, 2).map(({ url }) => url);

/**
 * One owner has 700 requests of one image each at an origin that never answers. The images of another
 * owner complete while nearly all of those requests are open.
 */
export const deadHostOfAnotherOwner: Fault = {
  name: '700 requests to a dead host',
  env: { IMAGE_ATTEMPTS: '3', IMAGE_RETRY_SECONDS: '5', DOWNLOAD_TIMEOUT_SECONDS: '2' },
  mayRetry: true,
  mayFail: ['download_timed_out', 'connection_timed_out', 'host_unavailable'],
  origins: healthyOrigins,
  async inject(run) {
    const { bench, client } = run;
    const dead = bench.origins[2];
    // The first catalogs have images at that origin. They end before the origin stops answering.
    for (const { requestId } of run.firstCatalogs) await run.waitForRequest(requestId!);
    for (let round = run.choose(3, 1); round > 0; round--) {
      dead.isSilent = true;
      await storeOneImageRequests(bench.toPostgres.url, REQUESTS, {
        owner: OWNER,
        urlPrefix: `${dead.url}/dead-${round}`,
      });
      run.countInjections();
      const began = Date.now();
      const images = run.choose(20, 4);
      const { requestId } = await client.upload(images, { origins: healthyOrigins(bench) });
      await run.waitForRequest(requestId!);
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      const open = await countOpen(bench);
      run.notes.push(
        `${images} images took ${seconds} s; ${open} of ${REQUESTS} other requests were open`,
      );
      if (open < REQUESTS * (1 - MAX_ENDED_SHARE)) {
        run.problems.push(`only ${open} of ${REQUESTS} other requests were open at the end`);
      }
      dead.isSilent = false;
      await removeRequests(bench);
    }
  },
  cleanUp: async (bench) => {
    for (const origin of bench.origins) origin.isSilent = false;
    await removeRequests(bench);
  },
};

async function countOpen(bench: Bench): Promise<number> {
  const [{ open }] = await bench.sql<{ open: number }>(
    `SELECT count(*)::int AS open FROM processing_requests
     WHERE owner = $1 AND completed_at IS NULL`,
    [OWNER],
  );
  return open;
}

/** Removes them like a bulk operation of the app: first the request, then its rows. */
async function removeRequests(bench: Bench): Promise<void> {
  const removed = await bench.sql<{ id: string }>(
    'DELETE FROM processing_requests WHERE owner = $1 RETURNING id',
    [OWNER],
  );
  const ids = removed.map(({ id }) => id);
  await bench.sql('DELETE FROM images WHERE request_id = ANY($1::uuid[])', [ids]);
  await bench.sql('DELETE FROM products WHERE request_id = ANY($1::uuid[])', [ids]);
}
