import { eventually } from '../../support/eventually.js';
import type { Fault } from '../run.js';

/** The app is killed while an image's server has been asked and has not answered. */
export const killAfterClaim: Fault = {
  name: 'kill -9 after claim',
  // What is held back for long runs into the time limit of a download.
  charges: true,
  async inject(run) {
    for (let left = run.of(5, 1); left > 0; left--) {
      await run.merchant.upload(6, { mark: 'held' });
      await eventually(() => run.bench.origins.some(({ held }) => held.length > 0), {
        timeoutMs: 60_000,
        what: 'an image to be asked for',
      });
      await run.bench.killMain();
      const at = Date.now();
      run.injected();
      for (const origin of run.bench.origins) origin.release();
      await run.bench.startMain();
      await run.recovered(at);
    }
  },
};
