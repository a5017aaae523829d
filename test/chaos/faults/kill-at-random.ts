import type { Fault } from '../run.js';

/** The app is killed at random times and started again. */
export const killAtRandom: Fault = {
  name: 'kill -9 at random',
  async inject(run) {
    for (let left = run.choose(20, 3); left > 0; left--) {
      await run.pause(50, run.choose(2500, 500));
      await run.bench.killMain();
      const at = Date.now();
      run.countInjections();
      await run.startApp();
      await run.waitForRecovery(at);
    }
  },
};
