import { eventually } from '../../support/eventually.js';
import type { Fault } from '../run.js';

/** Redis is this far away meanwhile, so that Bull cannot have heard of the end of the job. */
const DELAY_MS = 500;

/** The app is killed when PostgreSQL has the outcome, and Redis still has the job. */
export const killAfterFinish: Fault = {
  name: 'kill -9 after finish',
  async inject(run) {
    const { bench } = run;
    for (let left = run.of(5, 1); left > 0; left--) {
      bench.toRedis.delay(DELAY_MS);
      // Jobs that were fetched before the delay are gone by then.
      await run.pause(2 * DELAY_MS);
      const since = Date.now();
      await eventually(
        async () => {
          const ended = 'SELECT 1 FROM images WHERE finished_at > to_timestamp($1) LIMIT 1';
          return (await bench.sql(ended, [since / 1000])).length > 0;
        },
        { timeoutMs: 60_000, intervalMs: 2, what: 'an image to end' },
      );
      await bench.killMain();
      const at = Date.now();
      run.injected();
      bench.toRedis.delay(0);
      await bench.startMain();
      await run.recovered(at);
    }
  },
};
