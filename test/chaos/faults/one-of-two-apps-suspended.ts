import type { Fault } from '../run.js';

/** A second app is suspended while it processes images, loses their leases, and resumes. */
export const oneOfTwoAppsSuspended: Fault = {
  name: 'one of two apps suspended, resumed',
  async inject(run) {
    const { fixture } = run;
    const secondApp = await fixture.startApp();
    await run.waitForProcessing();
    const injectedAt = Date.now();
    process.kill(secondApp.pid, 'SIGSTOP');
    run.countInjections();
    await run.waitForRecovery(injectedAt);
    await run.pause(run.choose(40_000, 20_000));
    process.kill(secondApp.pid, 'SIGCONT');
    await run.pause(3000);
    await secondApp.stop();
  },
};
