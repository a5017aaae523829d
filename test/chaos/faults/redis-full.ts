import type { Fault } from '../run.js';

/** Redis is out of memory and rejects every write. */
export const redisFull: Fault = {
  name: 'Redis at maxmemory',
  async inject(run) {
    const { fixture } = run;
    await fixture.redis((redis) => redis.config('SET', 'maxmemory', '1mb'));
    run.countInjections();
    await run.pause(run.choose(20_000, 5000));
    await fixture.redis((redis) => redis.config('SET', 'maxmemory', '0'));
    await run.waitForRecovery(Date.now());
  },
};
