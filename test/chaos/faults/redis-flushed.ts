import type { Fault } from '../run.js';

/** Redis loses all jobs. */
export const redisFlushed: Fault = {
  name: 'Redis FLUSHALL',
  async inject(run) {
    for (let left = run.choose(3, 2); left > 0; left--) {
      const at = Date.now();
      await run.bench.redis((redis) => redis.flushall());
      run.countInjections();
      await run.waitForRecovery(at);
      await run.pause(run.choose(500, 200), run.choose(2000, 500));
    }
  },
};
