import type { Fault } from '../run.js';

/** Delay of Redis, so that Bull cannot have recorded the end of the job. */
const DELAY_MS = 500;

/** The app is killed when PostgreSQL has the outcome and Redis still has the job. */
export const killAfterFinish: Fault = {
  name: 'kill -9 after finish',
  async inject(run) {
    const { bench } = run;
    for (let left = run.choose(5, 1); left > 0; left--) {
      bench.toRedis.delay(DELAY_MS);
      // Jobs that were fetched before the delay have ended by then.
      await run.pause(2 * DELAY_MS);
      const since = Date.now();
      await run.waitFor(
        async () => {
          const ended = 'SELECT 1 FROM images WHERE finished_at > to_timestamp($1) LIMIT 1';
          return (await bench.sql(ended, [since / 1000])).length > 0;
        },
        { intervalMs: 2, description: 'an image to end' },
      );
      await bench.killMain();
      const at = Date.now();
      run.countInjections();
      bench.toRedis.delay(0);
      await run.startApp();
      await run.waitForRecovery(at);
    }
  },
};
