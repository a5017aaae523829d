import type { Fault } from '../run.js';

/**
 * The app is killed when the receiver has a message and the app has no response. The message must arrive
 * again with the same id.
 */
export const killAfterWebhook: Fault = {
  name: "kill -9 after the webhook's POST",
  // The delivery's lease depends on it.
  env: { WEBHOOK_TIMEOUT_SECONDS: '1' },
  async inject(run) {
    const { bench, client } = run;
    for (let left = run.choose(5, 1); left > 0; left--) {
      let hook = '';
      bench.receiver.onArrival = (path) => {
        bench.receiver.onArrival = undefined;
        bench.receiver.answer(
          path,
          () => undefined,
          (response) => response.writeHead(204).end(),
        );
        hook = path;
      };
      await client.upload(2);
      await run.waitFor(() => hook !== '', { intervalMs: 1, description: 'a message' });
      await bench.killMain();
      const at = Date.now();
      run.countInjections();
      await run.startApp();
      await run.waitForRecovery(at);
      await run.waitForMessages(hook, 2);
    }
  },
};
