import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { withStorageErrors, undefinedIfMissing } from './file-errors.js';

/** Minimum age of a leftover file. Processing an image never takes this long. */
const MIN_LEFTOVER_AGE_MS = 60 * 60 * 1000;

/** Manages temporary files under `DATA_DIR/tmp`, on the local disk even if images are stored in S3. */
export class ScratchFiles {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = resolve(dataDir, 'tmp');
  }

  /** Creates the folder and removes old files. */
  async prepareFolder(): Promise<void> {
    await withStorageErrors(() => mkdir(this.#folder, { recursive: true }));
    await this.removeLeftovers();
  }

  createPath(): string {
    return join(this.#folder, randomUUID());
  }

  async removeFiles(paths: string[]): Promise<void> {
    await withStorageErrors(() =>
      Promise.all(paths.map((path) => undefinedIfMissing(unlink(path)))),
    );
  }

  /** Removes files left behind by terminated processes. Returns their number. */
  async removeLeftovers(): Promise<number> {
    return withStorageErrors(async () => {
      const cutoffMs = Date.now() - MIN_LEFTOVER_AGE_MS;
      let removedCount = 0;
      for (const name of await readdir(this.#folder)) {
        const path = join(this.#folder, name);
        const stats = await undefinedIfMissing(stat(path));
        if (!stats || stats.mtimeMs >= cutoffMs) continue;
        await rm(path, { force: true, recursive: true });
        removedCount += 1;
      }
      return removedCount;
    });
  }
}
