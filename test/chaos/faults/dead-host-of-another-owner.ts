import { storeOneImageRequests } from '../../support/stored-request.js';
import type { ChaosFixture } from '../chaos-fixture.js';
import type { Fault } from '../run.js';

const REQUEST_COUNT = 700;
const OWNER = 'another owner';
/** Maximum share of the other owner's requests that may end before this owner's images. */
const MAX_ENDED_SHARE = 0.25;

const listHealthyOrigins = ({ origins }: ChaosFixture) => origins.slice(0, 2).map(({ url }) => url);

/**
 * One owner has 700 requests with one image each at an origin that never responds. The images of another
 * owner complete while nearly all of those requests are unfinished.
 */
export const deadHostOfAnotherOwner: Fault = {
  name: '700 requests to a dead host',
  env: { IMAGE_ATTEMPTS: '3', IMAGE_RETRY_SECONDS: '5', DOWNLOAD_TIMEOUT_SECONDS: '2' },
  mayRetry: true,
  permittedErrors: ['download_timed_out', 'connection_timed_out', 'host_unavailable'],
  selectOrigins: listHealthyOrigins,
  async inject(run) {
    const { fixture, client } = run;
    const deadOrigin = fixture.origins[2];
    // Waits for the first catalogs, because they also contain images from the origin that stops responding.
    for (const { requestId } of run.firstCatalogs) await run.waitForRequest(requestId!);
    for (let round = run.choose(3, 1); round > 0; round--) {
      deadOrigin.isSilent = true;
      await storeOneImageRequests(fixture.postgresProxy.url, REQUEST_COUNT, {
        owner: OWNER,
        urlPrefix: `${deadOrigin.url}/dead-${round}`,
      });
      run.countInjections();
      const startedAt = Date.now();
      const imageCount = run.choose(20, 4);
      const { requestId } = await client.upload(imageCount, {
        origins: listHealthyOrigins(fixture),
      });
      await run.waitForRequest(requestId!);
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      const unfinishedCount = await countUnfinished(fixture);
      run.notes.push(
        `${imageCount} images took ${seconds} s; ${unfinishedCount} of ${REQUEST_COUNT} other requests were unfinished`,
      );
      if (unfinishedCount < REQUEST_COUNT * (1 - MAX_ENDED_SHARE)) {
        run.problems.push(
          `only ${unfinishedCount} of ${REQUEST_COUNT} other requests were unfinished at the end`,
        );
      }
      deadOrigin.isSilent = false;
      await removeRequests(fixture);
    }
  },
  cleanUp: async (fixture) => {
    for (const origin of fixture.origins) origin.isSilent = false;
    await removeRequests(fixture);
  },
};

async function countUnfinished(fixture: ChaosFixture): Promise<number> {
  const [{ unfinished }] = await fixture.sql<{ unfinished: number }>(
    `SELECT count(*)::int AS unfinished FROM processing_requests
     WHERE owner = $1 AND completed_at IS NULL`,
    [OWNER],
  );
  return unfinished;
}

/** Removes the other owner's requests in the same order as the app: first the requests, then their rows. */
async function removeRequests(fixture: ChaosFixture): Promise<void> {
  const removedRequests = await fixture.sql<{ id: string }>(
    'DELETE FROM processing_requests WHERE owner = $1 RETURNING id',
    [OWNER],
  );
  const ids = removedRequests.map(({ id }) => id);
  await fixture.sql('DELETE FROM images WHERE request_id = ANY($1::uuid[])', [ids]);
  await fixture.sql('DELETE FROM products WHERE request_id = ANY($1::uuid[])', [ids]);
}
