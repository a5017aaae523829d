import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Fault } from '../run.js';

const runCommand = promisify(execFile);
/** Enough for a few hundred artifacts with their folders. */
const SMALL_DISK_OPTION = 'size=4m';
const LARGE_DISK_OPTION = 'remount,size=512m';

/** The 4 MB disk for artifacts is full. The app must report this, pause, fail no images, and resume later. */
export const diskFull: Fault = {
  name: 'disk full',
  async prepare({ dataDir }) {
    await mkdir(dataDir, { recursive: true });
    // Unmounts the file system even if the run is interrupted.
    process.once('exit', () => void spawnSync('umount', ['-l', dataDir]));
    return runCommand('mount', ['-t', 'tmpfs', '-o', SMALL_DISK_OPTION, 'tmpfs', dataDir]).then(
      () => undefined,
      () => 'only root can mount a small disk',
    );
  },
  async inject(run) {
    const { fixture } = run;
    await run.client.upload(2000);
    const isFullDiskReported = async () => {
      const response = await fetch(`${fixture.url}/health/ready`);
      return response.status === 503 && (await response.text()).includes('storage');
    };
    await run
      .waitFor(isFullDiskReported, { description: '/health/ready to report the full disk' })
      .catch((error: unknown) => run.problems.push((error as Error).message));
    run.countInjections();
    await run.pause(run.choose(15_000, 3000));
    const isLogged = fixture.main.logs.some(({ msg }) => /disk|storage|space/i.test(msg));
    if (!isLogged) run.problems.push('the log does not report the full disk');
    const temporaryFiles = await readdir(join(fixture.dataDir, 'tmp'));
    if (temporaryFiles.length > 0)
      run.problems.push(`${temporaryFiles.length} temporary files were left`);

    await runCommand('mount', ['-o', LARGE_DISK_OPTION, fixture.dataDir]);
    await run.waitForRecovery(Date.now());
  },
  async cleanUp({ dataDir }) {
    await runCommand('umount', [dataDir]);
  },
};
