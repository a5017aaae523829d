import type { Fault } from '../run.js';

/** A second app stands still with images in hand, loses their leases, and goes on where it was. */
export const oneOfTwoAppsStopped: Fault = {
  name: 'one of two apps stopped, continued',
  async inject(run) {
    const { bench } = run;
    const second = await bench.startApp();
    await run.untilWorking();
    const at = Date.now();
    process.kill(second.pid, 'SIGSTOP');
    run.injected();
    await run.recovered(at);
    await run.pause(run.of(40_000, 20_000));
    process.kill(second.pid, 'SIGCONT');
    await run.pause(3000);
    await second.stop();
  },
};
