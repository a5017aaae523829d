import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { withStorageErrors, undefinedIfMissing } from './file-errors.js';

/** Longer than the processing of any image. The process of an older file has ended. */
const LEFTOVER_MS = 60 * 60 * 1000;

/** Temporary files under `DATA_DIR/tmp`, on the local disk of every storage. */
export class ScratchFiles {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = resolve(dataDir, 'tmp');
  }

  /** Creates the folder and removes old files. */
  async prepare(): Promise<void> {
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

  /** Removes files that ended processes have left. Returns their number. */
  async removeLeftovers(): Promise<number> {
    return withStorageErrors(async () => {
      const before = Date.now() - LEFTOVER_MS;
      let removed = 0;
      for (const name of await readdir(this.#folder)) {
        const path = join(this.#folder, name);
        const found = await undefinedIfMissing(stat(path));
        if (!found || found.mtimeMs >= before) continue;
        await rm(path, { force: true, recursive: true });
        removed += 1;
      }
      return removed;
    });
  }
}
