import { findChildProcesses } from '../child-processes.js';
import type { Fault } from '../run.js';

const findDecoders = (pid: number) => findChildProcesses(pid, 'decoder.js');

/** Kills decoders, as an error in native code would. An image that loses its decoder twice may fail. */
export const decoderKilled: Fault = {
  name: 'decoder killed',
  mayRetry: true,
  permittedErrors: ['decoder_crashed'],
  async inject(run) {
    const { pid } = run.fixture.main;
    for (let remaining = run.choose(20, 3); remaining > 0; remaining--) {
      const [decoder] = await findDecoders(pid);
      if (decoder) {
        const injectedAt = Date.now();
        process.kill(decoder, 'SIGSEGV');
        run.countInjections();
        await run.waitForRecovery(injectedAt);
      }
      await run.pause(run.choose(700, 300));
    }
    if (run.fixture.main.pid !== pid) run.problems.push('the app has a different process ID');
  },
};

/** Time that the app may need to record images compressed before the fault. */
const RECORDING_GRACE_MS = 1000;

/** Suspends the decoders, like native code that never returns. */
export const decoderSuspended: Fault = {
  name: 'decoders suspended',
  mayRetry: true,
  permittedErrors: ['decode_timed_out'],
  async inject(run) {
    for (let remaining = run.choose(3, 1); remaining > 0; remaining--) {
      const injectedAt = Date.now();
      for (const decoder of await findDecoders(run.fixture.main.pid)) {
        process.kill(decoder, 'SIGSTOP');
        run.countInjections();
      }
      await run.waitForRecovery(injectedAt, RECORDING_GRACE_MS);
    }
  },
};
