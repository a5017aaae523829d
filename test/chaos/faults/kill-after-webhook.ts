import { eventually } from '../../support/eventually.js';
import type { Fault } from '../run.js';

/**
 * The app is killed when the receiver has a message and the app does not know it: the message comes
 * again, with the same id.
 */
export const killAfterWebhook: Fault = {
  name: "kill -9 after the webhook's POST",
  async inject(run) {
    const { bench, merchant } = run;
    for (let left = run.of(5, 1); left > 0; left--) {
      let arrived: string | undefined;
      bench.receiver.onArrival = (path) => {
        bench.receiver.onArrival = undefined;
        bench.receiver.answer(
          path,
          () => undefined,
          (response) => response.writeHead(204).end(),
        );
        arrived = path;
      };
      await merchant.upload(2);
      const path = await eventually(() => arrived, {
        timeoutMs: 60_000,
        intervalMs: 1,
        what: 'a message',
      });
      await bench.killMain();
      const at = Date.now();
      run.injected();
      await bench.startMain();
      await run.recovered(at);
      await run.messagesOf(path, 2);
    }
  },
};
