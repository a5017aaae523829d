import { childrenOf } from '../processes.js';
import type { Fault } from '../run.js';

const decoders = (pid: number) => childrenOf(pid, 'decoder.js');

/** A decoder ends like after an error in native code. An image that is hit twice may fail. */
export const decoderKilled: Fault = {
  name: 'decoder killed',
  mayRetry: true,
  mayFail: ['decoder_crashed'],
  async inject(run) {
    const { pid } = run.bench.main;
    for (let left = run.choose(20, 3); left > 0; left--) {
      const [decoder] = await decoders(pid);
      if (decoder) {
        const at = Date.now();
        process.kill(decoder, 'SIGSEGV');
        run.countInjections();
        await run.waitForRecovery(at);
      }
      await run.pause(run.choose(700, 300));
    }
    if (run.bench.main.pid !== pid) run.problems.push('the app has another process id');
  },
};

/** Images that were compressed before the fault are recorded in this time. */
const IGNORED_MS = 1000;

/** The decoders are suspended, like in native code that never returns. */
export const decoderSuspended: Fault = {
  name: 'decoders suspended',
  mayRetry: true,
  mayFail: ['decode_timed_out'],
  async inject(run) {
    for (let left = run.choose(3, 1); left > 0; left--) {
      const at = Date.now();
      for (const decoder of await decoders(run.bench.main.pid)) {
        process.kill(decoder, 'SIGSTOP');
        run.countInjections();
      }
      await run.waitForRecovery(at, IGNORED_MS);
    }
  },
};
