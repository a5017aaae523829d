import type { Bench } from '../bench.js';
import type { Fault, Run } from '../run.js';
import type { Catalog } from '../upload-client.js';

/** Minimum share of their speed that the other origins keep. */
const MIN_SHARE = 0.8;
const TIMEOUT_MS = 240_000;

const healthyOrigins = ({ origins }: Bench) => origins.slice(0, 2).map(({ url }) => url);

/**
 * One of three origins accepts connections and never answers. The other two must keep their speed. The
 * median of several rounds counts, because the machine may have other load.
 */
export const silentOrigin: Fault = {
  name: 'one dead origin among three',
  env: { IMAGE_ATTEMPTS: '2', IMAGE_RETRY_SECONDS: '1', DOWNLOAD_TIMEOUT_SECONDS: '2' },
  mayRetry: true,
  mayFail: ['download_timed_out', 'connection_timed_out', 'host_unavailable'],
  origins: healthyOrigins,
  async inject(run) {
    const third = run.bench.origins[2];
    const healthy = healthyOrigins(run.bench);
    const images = run.choose(1000, 400);
    // No other request may be open during the first measurement.
    for (const catalog of run.firstCatalogs) await secondsOf(run, catalog);
    const shares: number[] = [];
    for (let left = run.choose(5, 1); left > 0; left--) {
      third.isSilent = false;
      const alone = await secondsOf(run, await run.client.upload(images, { origins: healthy }));
      third.isSilent = true;
      run.countInjections();
      const [mixed, silent] = await Promise.all([
        run.client.upload(images, { origins: healthy }),
        run.client.upload(60, { origins: [third.url] }),
      ]);
      shares.push(alone / (await secondsOf(run, mixed)));
      await secondsOf(run, silent);
    }
    const percent = shares.map((share) => Math.round(share * 100)).toSorted((a, b) => a - b);
    const median = percent[Math.floor(percent.length / 2)];
    run.notes.push(
      `the others reach ${median} % of their speed without it (${percent.join(', ')})`,
    );
    if (median < MIN_SHARE * 100) run.problems.push(`only ${median} % of the speed`);
  },
  cleanUp: async ({ origins }) => {
    for (const origin of origins) origin.isSilent = false;
  },
};

async function secondsOf(run: Run, { requestId, filename }: Catalog): Promise<number> {
  return run.waitFor(
    async () => {
      const [row] = await run.bench.sql<{ seconds: number | null }>(
        `SELECT extract(epoch FROM completed_at - created_at)::float8 AS seconds
         FROM processing_requests WHERE id = $1`,
        [requestId],
      );
      return row?.seconds ?? undefined;
    },
    { timeoutMs: TIMEOUT_MS, intervalMs: 100, description: `${filename} to end` },
  );
}
