import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../../support/eventually.js';
import type { Fault } from '../run.js';

const command = promisify(execFile);
/** A few hundred of the bench's pictures and the folders they lie in. */
const FULL = 'size=4m';
const FREED = 'remount,size=512m';

/** Artifacts go to a disk of 4 MB: the app says that it is full, waits, fails nothing, goes on. */
export const diskFull: Fault = {
  name: 'the disk is full',
  async prepare({ dataDir }) {
    await mkdir(dataDir, { recursive: true });
    // Broken off, the bench leaves no file system behind either.
    process.once('exit', () => void spawnSync('umount', ['-l', dataDir]));
    return command('mount', ['-t', 'tmpfs', '-o', FULL, 'tmpfs', dataDir]).then(
      () => undefined,
      () => 'only root can mount a small disk',
    );
  },
  async inject(run) {
    const { bench } = run;
    await run.merchant.upload(2000);
    await eventually(
      async () => {
        const response = await fetch(`${bench.url}/health/ready`);
        return response.status === 503 && (await response.text()).includes('storage');
      },
      { timeoutMs: 60_000, intervalMs: 100, what: '/health/ready to tell that the disk is full' },
    ).catch((error: unknown) => run.problems.push((error as Error).message));
    run.injected();
    await run.pause(run.of(15_000, 5000));
    const told = bench.main.logs.some(({ msg }) => /disk|storage|space/i.test(msg));
    if (!told) run.problems.push('the log does not tell that the disk is full');
    const partial = await readdir(join(bench.dataDir, 'tmp'));
    if (partial.length > 0) run.problems.push(`${partial.length} temporary files were left`);

    await command('mount', ['-o', FREED, bench.dataDir]);
    await run.recovered(Date.now());
  },
  async tidy({ dataDir }) {
    await command('umount', [dataDir]);
  },
};
