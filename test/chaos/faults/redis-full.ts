import type { Fault } from '../run.js';

/** Redis refuses every write for want of memory. */
export const redisFull: Fault = {
  name: 'Redis at maxmemory',
  async inject(run) {
    const { bench } = run;
    await bench.redis((redis) => redis.config('SET', 'maxmemory', '1mb'));
    run.injected();
    await run.pause(run.of(20_000, 5000));
    await bench.redis((redis) => redis.config('SET', 'maxmemory', '0'));
    await run.recovered(Date.now());
  },
};
