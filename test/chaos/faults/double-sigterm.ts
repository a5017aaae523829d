import type { Fault } from '../run.js';

/** npm and process supervisors send two signals; the second one comes this soon, in milliseconds. */
const MAX_GAP_MS = 300;

/** Two SIGTERMs within a second are one: exit code 0, and no image stays under lease. */
export const doubleSigterm: Fault = {
  name: 'double SIGTERM',
  async inject(run) {
    for (let left = run.of(10, 1); left > 0; left--) {
      await run.pause(100, run.of(1500, 300));
      const app = run.bench.main;
      app.signal('SIGTERM');
      await run.pause(0, MAX_GAP_MS);
      app.signal('SIGTERM');
      const exitCode = await app.exitCode();
      const at = Date.now();
      run.injected();
      if (exitCode !== 0) run.problems.push(`the app ended with ${exitCode}`);
      const [{ held }] = await run.bench.sql<{ held: number }>(
        `SELECT count(*)::int AS held FROM images WHERE status = 'processing'`,
      );
      if (held > 0) run.problems.push(`${held} images were not given back`);
      await run.bench.startMain();
      await run.recovered(at);
    }
  },
};
