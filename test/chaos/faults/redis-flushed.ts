import type { Fault } from '../run.js';

/** Redis loses all jobs. */
export const redisFlushed: Fault = {
  name: 'Redis FLUSHALL',
  async inject(run) {
    for (let remaining = run.choose(3, 2); remaining > 0; remaining--) {
      const injectedAt = Date.now();
      await run.fixture.redis((redis) => redis.flushall());
      run.countInjections();
      await run.waitForRecovery(injectedAt);
      await run.pause(run.choose(500, 200), run.choose(2000, 500));
    }
  },
};
