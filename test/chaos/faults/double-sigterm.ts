import type { Fault } from '../run.js';

/** Maximum pause between the two signals that npm and process supervisors send. */
const MAX_GAP_MS = 300;

/** Two SIGTERMs within a second count as one: exit code 0, and no image keeps its lease. */
export const doubleSigterm: Fault = {
  name: 'double SIGTERM',
  async inject(run) {
    for (let remaining = run.choose(10, 1); remaining > 0; remaining--) {
      await run.pause(100, run.choose(1500, 300));
      const app = run.fixture.main;
      app.sendSignal('SIGTERM');
      await run.pause(0, MAX_GAP_MS);
      app.sendSignal('SIGTERM');
      const exitCode = await app.waitForExitCode();
      const exitedAt = Date.now();
      run.countInjections();
      if (exitCode !== 0) run.problems.push(`the app exited with ${exitCode}`);
      const [{ leased }] = await run.fixture.sql<{ leased: number }>(
        `SELECT count(*)::int AS leased FROM images WHERE status = 'processing'`,
      );
      if (leased > 0) run.problems.push(`${leased} images kept their lease`);
      await run.startApp();
      await run.waitForRecovery(exitedAt);
    }
  },
};
