import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Fault, Run } from '../run.js';

/** Delay of PostgreSQL, which makes recording an outcome slower than listing the folder. */
const DELAY_MS = 500;

/** The app is killed after an artifact has its final name and before PostgreSQL has a record of it. */
export const killAfterRename: Fault = {
  name: 'kill -9 after rename',
  async inject(run) {
    const { fixture } = run;
    for (let remaining = run.choose(5, 1); remaining > 0; remaining--) {
      fixture.postgresProxy.setDelay(DELAY_MS);
      const before = await listArtifactKeys(run);
      await run.waitFor(async () => (await listArtifactKeys(run)).size > before.size, {
        intervalMs: 2,
        description: 'a new artifact on the disk',
      });
      await fixture.killMain();
      const injectedAt = Date.now();
      // Statements that the app has sent must not arrive.
      fixture.postgresProxy.resetConnections();
      fixture.postgresProxy.setDelay(0);
      const keys = [...(await listArtifactKeys(run))].filter((key) => !before.has(key));
      const query = 'SELECT DISTINCT artifact_key FROM images WHERE artifact_key = ANY($1)';
      const rows = await fixture.sql(query, [keys]);
      // A kill after all outcomes are recorded does not count.
      if (rows.length < keys.length) run.countInjections();
      await run.startApp();
      await run.waitForRecovery(injectedAt);
    }
  },
};

async function listArtifactKeys(run: Run): Promise<Set<string>> {
  const files = await readdir(join(run.fixture.dataDir, 'artifacts'), { recursive: true });
  const names = files.map((path) => basename(path));
  return new Set(names.filter((name) => name.length > 64).map((name) => name.slice(0, 64)));
}
