import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Fault, Run } from '../run.js';

/** Delay of PostgreSQL, so that recording an outcome takes longer than listing the folder. */
const DELAY_MS = 500;

/** The app is killed when an artifact has its final name and PostgreSQL does not know it yet. */
export const killAfterRename: Fault = {
  name: 'kill -9 after rename',
  async inject(run) {
    const { bench } = run;
    for (let left = run.choose(5, 1); left > 0; left--) {
      bench.toPostgres.delay(DELAY_MS);
      const before = await artifacts(run);
      await run.waitFor(async () => (await artifacts(run)).size > before.size, {
        intervalMs: 2,
        description: 'a new artifact on the disk',
      });
      await bench.killMain();
      const at = Date.now();
      // Statements that the app has sent must not arrive.
      bench.toPostgres.reset();
      bench.toPostgres.delay(0);
      const keys = [...(await artifacts(run))].filter((key) => !before.has(key));
      const recorded = 'SELECT DISTINCT artifact_key FROM images WHERE artifact_key = ANY($1)';
      const known = await bench.sql(recorded, [keys]);
      // A kill after the record does not count.
      if (known.length < keys.length) run.countInjections();
      await run.startApp();
      await run.waitForRecovery(at);
    }
  },
};

async function artifacts(run: Run): Promise<Set<string>> {
  const files = await readdir(join(run.bench.dataDir, 'artifacts'), { recursive: true });
  const names = files.map((path) => basename(path));
  return new Set(names.filter((name) => name.length > 64).map((name) => name.slice(0, 64)));
}
