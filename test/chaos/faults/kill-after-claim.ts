import type { Fault } from '../run.js';

/** The app is killed after it requested an image and before it received the response. */
export const killAfterClaim: Fault = {
  name: 'kill -9 after claim',
  // A held response may exceed the download timeout.
  mayRetry: true,
  async inject(run) {
    const { fixture } = run;
    for (let remaining = run.choose(5, 1); remaining > 0; remaining--) {
      await run.client.upload(6, { pathMarker: 'held' });
      await run.waitFor(() => fixture.origins.some(({ heldPaths }) => heldPaths.length > 0), {
        description: 'an image to be requested',
      });
      await fixture.killMain();
      const injectedAt = Date.now();
      run.countInjections();
      for (const origin of fixture.origins) origin.releaseResponses();
      await run.startApp();
      await run.waitForRecovery(injectedAt);
    }
  },
};
