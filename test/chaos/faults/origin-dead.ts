import { eventually } from '../../support/eventually.js';
import type { Bench } from '../bench.js';
import type { Catalog } from '../merchant.js';
import type { Run } from '../run.js';
import type { Fault } from '../run.js';

/** RELIABILITY: a dead host must not slow the others below this share of their speed alone. */
const MIN_SHARE = 0.8;

const wellOnes = ({ origins }: Bench) => origins.slice(0, 2).map(({ url }) => url);

/**
 * One of three shops takes connections and never answers; the other two keep their speed. With and
 * without it in turns, and the median of several: the machine may have other things to do.
 */
export const originDead: Fault = {
  name: 'one dead origin among three',
  env: { IMAGE_ATTEMPTS: '2', IMAGE_RETRY_SECONDS: '1', DOWNLOAD_TIMEOUT_SECONDS: '2' },
  charges: true,
  mayFail: ['download_timed_out', 'connection_timed_out', 'host_unavailable'],
  origins: wellOnes,
  async inject(run) {
    const third = run.bench.origins[2];
    const well = wellOnes(run.bench);
    const images = run.of(1000, 400);
    // The speed alone is that of a machine with nothing else to do.
    await secondsOf(run, run.merchant.accepted[0]);
    const shares: number[] = [];
    for (let left = run.of(5, 1); left > 0; left--) {
      third.dead = false;
      const alone = await secondsOf(run, await run.merchant.upload(images, { origins: well }));
      third.dead = true;
      run.injected();
      const [mixed, dead] = await Promise.all([
        run.merchant.upload(images, { origins: well }),
        run.merchant.upload(60, { origins: [third.url] }),
      ]);
      shares.push(alone / (await secondsOf(run, mixed)));
      await secondsOf(run, dead);
    }
    const percent = shares.map((share) => Math.round(share * 100)).toSorted((a, b) => a - b);
    const median = percent[Math.floor(percent.length / 2)];
    run.notes.push(`the others have ${median} % of their speed alone (${percent.join(', ')})`);
    if (median < MIN_SHARE * 100) run.problems.push(`only ${median} % of the speed alone`);
  },
  tidy: async ({ origins }) => {
    for (const origin of origins) origin.dead = false;
  },
};

async function secondsOf(run: Run, { requestId, filename }: Catalog): Promise<number> {
  return eventually(
    async () => {
      const [row] = await run.bench.sql<{ seconds: number | null }>(
        `SELECT extract(epoch FROM completed_at - created_at)::float8 AS seconds
         FROM processing_requests WHERE id = $1`,
        [requestId],
      );
      return row?.seconds;
    },
    { timeoutMs: 240_000, intervalMs: 100, what: `${filename} to end` },
  );
}
