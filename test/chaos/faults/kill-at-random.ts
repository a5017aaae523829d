import type { Fault } from '../run.js';

/** The app is killed at random times and restarted. */
export const killAtRandom: Fault = {
  name: 'kill -9 at random',
  async inject(run) {
    for (let remaining = run.choose(20, 3); remaining > 0; remaining--) {
      await run.pause(50, run.choose(2500, 500));
      await run.fixture.killMain();
      const injectedAt = Date.now();
      run.countInjections();
      await run.startApp();
      await run.waitForRecovery(injectedAt);
    }
  },
};
