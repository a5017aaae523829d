import type { Fault } from '../run.js';

/** Maximum pause between the two signals of npm and of process supervisors, in milliseconds. */
const MAX_GAP_MS = 300;

/** Two SIGTERMs within a second count as one: exit code 0, and no image keeps its lease. */
export const doubleSigterm: Fault = {
  name: 'double SIGTERM',
  async inject(run) {
    for (let left = run.choose(10, 1); left > 0; left--) {
      await run.pause(100, run.choose(1500, 300));
      const app = run.bench.main;
      app.sendSignal('SIGTERM');
      await run.pause(0, MAX_GAP_MS);
      app.sendSignal('SIGTERM');
      const exitCode = await app.waitForExitCode();
      const at = Date.now();
      run.countInjections();
      if (exitCode !== 0) run.problems.push(`the app ended with ${exitCode}`);
      const [{ held }] = await run.bench.sql<{ held: number }>(
        `SELECT count(*)::int AS held FROM images WHERE status = 'processing'`,
      );
      if (held > 0) run.problems.push(`${held} images kept their lease`);
      await run.startApp();
      await run.waitForRecovery(at);
    }
  },
};
