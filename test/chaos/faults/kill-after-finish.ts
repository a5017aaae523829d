import type { Fault } from '../run.js';

/** Delay of Redis, which prevents Bull from recording the end of the job before the kill. */
const DELAY_MS = 500;

/** The app is killed after PostgreSQL has the outcome, while Redis still has the job. */
export const killAfterFinish: Fault = {
  name: 'kill -9 after finish',
  async inject(run) {
    const { fixture } = run;
    for (let remaining = run.choose(5, 1); remaining > 0; remaining--) {
      fixture.redisProxy.setDelay(DELAY_MS);
      // Jobs that were fetched before the delay have ended by then.
      await run.pause(2 * DELAY_MS);
      const startedAt = Date.now();
      await run.waitFor(
        async () => {
          const query = 'SELECT 1 FROM images WHERE finished_at > to_timestamp($1) LIMIT 1';
          return (await fixture.sql(query, [startedAt / 1000])).length > 0;
        },
        { intervalMs: 2, description: 'an image to end' },
      );
      await fixture.killMain();
      const injectedAt = Date.now();
      run.countInjections();
      fixture.redisProxy.setDelay(0);
      await run.startApp();
      await run.waitForRecovery(injectedAt);
    }
  },
};
