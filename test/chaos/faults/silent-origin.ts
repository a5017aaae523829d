import type { ChaosFixture } from '../chaos-fixture.js';
import type { Fault, Run } from '../run.js';
import type { Catalog } from '../upload-client.js';

/** Minimum speed of the other origins relative to their speed without the fault. */
const MIN_SPEED_RATIO = 0.8;
const TIMEOUT_MS = 240_000;

const listHealthyOrigins = ({ origins }: ChaosFixture) => origins.slice(0, 2).map(({ url }) => url);

/**
 * One of three origins accepts connections and never responds. The other two must keep their speed. The fault
 * uses the median of several rounds, because the machine may have other load.
 */
export const silentOrigin: Fault = {
  name: 'one dead origin among three',
  env: { IMAGE_ATTEMPTS: '2', IMAGE_RETRY_SECONDS: '1', DOWNLOAD_TIMEOUT_SECONDS: '2' },
  mayRetry: true,
  permittedErrors: ['download_timed_out', 'connection_timed_out', 'host_unavailable'],
  selectOrigins: listHealthyOrigins,
  async inject(run) {
    const deadOrigin = run.fixture.origins[2];
    const healthyUrls = listHealthyOrigins(run.fixture);
    const imageCount = run.choose(1000, 400);
    // All other requests must end before the first measurement.
    for (const catalog of run.firstCatalogs) await measureRequestSeconds(run, catalog);
    const speedRatios: number[] = [];
    for (let remaining = run.choose(5, 1); remaining > 0; remaining--) {
      deadOrigin.isSilent = false;
      const baselineSeconds = await measureRequestSeconds(
        run,
        await run.client.upload(imageCount, { origins: healthyUrls }),
      );
      deadOrigin.isSilent = true;
      run.countInjections();
      const [healthyCatalog, silentCatalog] = await Promise.all([
        run.client.upload(imageCount, { origins: healthyUrls }),
        run.client.upload(60, { origins: [deadOrigin.url] }),
      ]);
      speedRatios.push(baselineSeconds / (await measureRequestSeconds(run, healthyCatalog)));
      await measureRequestSeconds(run, silentCatalog);
    }
    const percentages = speedRatios
      .map((ratio) => Math.round(ratio * 100))
      .toSorted((a, b) => a - b);
    const median = percentages[Math.floor(percentages.length / 2)];
    run.notes.push(
      `the other origins reach ${median}% of their normal speed (${percentages.join(', ')})`,
    );
    if (median < MIN_SPEED_RATIO * 100)
      run.problems.push(`the other origins reach only ${median}% of their normal speed`);
  },
  cleanUp: async ({ origins }) => {
    for (const origin of origins) origin.isSilent = false;
  },
};

async function measureRequestSeconds(run: Run, { requestId, filename }: Catalog): Promise<number> {
  return run.waitFor(
    async () => {
      const [row] = await run.fixture.sql<{ seconds: number | null }>(
        `SELECT extract(epoch FROM completed_at - created_at)::float8 AS seconds
         FROM processing_requests WHERE id = $1`,
        [requestId],
      );
      return row?.seconds ?? undefined;
    },
    { timeoutMs: TIMEOUT_MS, intervalMs: 100, description: `${filename} to end` },
  );
}
