import type { Fault } from '../run.js';

/**
 * The app is killed after the receiver has a message and before the app has the response. The message must arrive
 * again with the same ID.
 */
export const killAfterWebhook: Fault = {
  name: "kill -9 after the webhook's POST",
  // The duration of the delivery lease depends on this timeout.
  env: { WEBHOOK_TIMEOUT_SECONDS: '1' },
  async inject(run) {
    const { fixture, client } = run;
    for (let remaining = run.choose(5, 1); remaining > 0; remaining--) {
      let hookPath = '';
      fixture.receiver.onArrival = (path) => {
        fixture.receiver.onArrival = undefined;
        fixture.receiver.respondWith(
          path,
          () => undefined,
          (response) => response.writeHead(204).end(),
        );
        hookPath = path;
      };
      await client.upload(2);
      await run.waitFor(() => hookPath !== '', { intervalMs: 1, description: 'a message' });
      await fixture.killMain();
      const injectedAt = Date.now();
      run.countInjections();
      await run.startApp();
      await run.waitForRecovery(injectedAt);
      await run.waitForMessages(hookPath, 2);
    }
  },
};
