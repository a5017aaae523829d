import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Fault } from '../run.js';

const command = promisify(execFile);
/** Enough for a few hundred artifacts with their folders. */
const SMALL = 'size=4m';
const ENLARGED = 'remount,size=512m';

/** Artifacts are written to a disk of 4 MB. The app must report it, pause, fail no image, and resume. */
export const diskFull: Fault = {
  name: 'disk full',
  async prepare({ dataDir }) {
    await mkdir(dataDir, { recursive: true });
    // An interrupted run leaves no mounted file system.
    process.once('exit', () => void spawnSync('umount', ['-l', dataDir]));
    return command('mount', ['-t', 'tmpfs', '-o', SMALL, 'tmpfs', dataDir]).then(
      () => undefined,
      () => 'only root can mount a small disk',
    );
  },
  async inject(run) {
    const { bench } = run;
    await run.client.upload(2000);
    const isReported = async () => {
      const response = await fetch(`${bench.url}/health/ready`);
      return response.status === 503 && (await response.text()).includes('storage');
    };
    await run
      .waitFor(isReported, { description: '/health/ready to report the full disk' })
      .catch((error: unknown) => run.problems.push((error as Error).message));
    run.countInjections();
    await run.pause(run.choose(15_000, 3000));
    const isLogged = bench.main.logs.some(({ msg }) => /disk|storage|space/i.test(msg));
    if (!isLogged) run.problems.push('the log does not report the full disk');
    const partial = await readdir(join(bench.dataDir, 'tmp'));
    if (partial.length > 0) run.problems.push(`${partial.length} temporary files were left`);

    await command('mount', ['-o', ENLARGED, bench.dataDir]);
    await run.waitForRecovery(Date.now());
  },
  async cleanUp({ dataDir }) {
    await command('umount', [dataDir]);
  },
};
