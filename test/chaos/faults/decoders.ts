import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf } from '../processes.js';
import type { Fault } from '../run.js';

const decoders = (pid: number) => childrenOf(pid, 'decoder.js');

/** A decoder dies as by a fault of native code. The same image twice ends by name. */
export const decoderKilled: Fault = {
  name: 'a decoder is killed',
  charges: true,
  mayFail: ['decoder_crashed'],
  async inject(run) {
    const { pid } = run.bench.main;
    for (let left = run.of(20, 3); left > 0; left--) {
      const [decoder] = await decoders(pid);
      if (decoder) {
        const at = Date.now();
        process.kill(decoder, 'SIGSEGV');
        run.injected();
        await run.recovered(at);
      }
      await sleep(run.of(700, 300));
    }
    if (run.bench.main.pid !== pid) run.problems.push('the app has another process id');
  },
};

/** Pictures that were compressed before are recorded meanwhile. */
const PASSING_MS = 1000;

/** A decoder stands still, as in native code that never returns. */
export const decoderStopped: Fault = {
  name: 'a decoder is stopped',
  charges: true,
  mayFail: ['decode_timed_out'],
  async inject(run) {
    for (let left = run.of(3, 1); left > 0; left--) {
      const at = Date.now();
      for (const decoder of await decoders(run.bench.main.pid)) {
        process.kill(decoder, 'SIGSTOP');
        run.injected();
      }
      await run.recovered(at, PASSING_MS);
    }
  },
};
