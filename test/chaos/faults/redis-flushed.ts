import type { Fault } from '../run.js';

export const redisFlushed: Fault = {
  name: 'Redis FLUSHALL',
  async inject(run) {
    for (let left = run.of(3, 2); left > 0; left--) {
      const at = Date.now();
      await run.bench.redis((redis) => redis.flushall());
      run.injected();
      await run.recovered(at);
      await run.pause(500, 2000);
    }
  },
};
