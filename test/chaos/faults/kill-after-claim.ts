import type { Fault } from '../run.js';

/** The app is killed after it requested an image and before it received the response. */
export const killAfterClaim: Fault = {
  name: 'kill -9 after claim',
  // A held answer may exceed the timeout of the download.
  mayRetry: true,
  async inject(run) {
    const { bench } = run;
    for (let left = run.choose(5, 1); left > 0; left--) {
      await run.client.upload(6, { mark: 'held' });
      await run.waitFor(() => bench.origins.some(({ held }) => held.length > 0), {
        description: 'an image to be requested',
      });
      await bench.killMain();
      const at = Date.now();
      run.countInjections();
      for (const origin of bench.origins) origin.release();
      await run.startApp();
      await run.waitForRecovery(at);
    }
  },
};
