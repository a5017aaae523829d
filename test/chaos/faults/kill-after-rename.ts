import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import type { Run } from '../run.js';
import type { Fault } from '../run.js';

/** PostgreSQL is this far away meanwhile, so that a finish takes longer than the look at the folder. */
const DELAY_MS = 500;

/** The app is killed when an artifact has its name on the disk, and PostgreSQL does not know it yet. */
export const killAfterRename: Fault = {
  name: 'kill -9 after rename',
  async inject(run) {
    const { bench } = run;
    for (let left = run.of(5, 1); left > 0; left--) {
      bench.toPostgres.delay(DELAY_MS);
      const before = await artifacts(run);
      await eventually(async () => (await artifacts(run)).size > before.size, {
        timeoutMs: 60_000,
        intervalMs: 2,
        what: 'a new artifact on the disk',
      });
      await bench.killMain();
      const at = Date.now();
      // What the app sent is on its way, and must not arrive.
      bench.toPostgres.reset();
      bench.toPostgres.delay(0);
      const keys = [...(await artifacts(run))].filter((key) => !before.has(key));
      const recorded = 'SELECT DISTINCT artifact_key FROM images WHERE artifact_key = ANY($1)';
      const known = await bench.sql(recorded, [keys]);
      // Else it was too late: not what is to be tried, so it does not count.
      if (known.length < keys.length) run.injected();
      await bench.startMain();
      await run.recovered(at);
    }
  },
};

async function artifacts(run: Run): Promise<Set<string>> {
  const files = await readdir(join(run.bench.dataDir, 'artifacts'), { recursive: true });
  const names = files.map((path) => basename(path));
  return new Set(names.filter((name) => name.length > 64).map((name) => name.slice(0, 64)));
}
