import type { Fault } from '../run.js';

/** The app is killed at no particular moment, and started again. */
export const killAtRandom: Fault = {
  name: 'kill -9 at random',
  async inject(run) {
    for (let left = run.of(20, 3); left > 0; left--) {
      await run.pause(50, run.of(2500, 800));
      await run.bench.killMain();
      const at = Date.now();
      run.injected();
      await run.bench.startMain();
      await run.recovered(at);
    }
  },
};
