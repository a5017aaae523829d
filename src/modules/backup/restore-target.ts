import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { unlessMissing } from '../../platform/storage/file-errors.js';
import type { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { BackupError } from './backup-error.js';

/** Names the backup that an interrupted restore began with, and its step. */
const MARKER = '.restore';
const LOADED = 'loaded';

/** Storage and local folder that a backup is restored to. */
export class RestoreTarget {
  private readonly marker: string;
  private backup = '';

  constructor(
    private readonly dataDir: string,
    private readonly store: ArtifactStore,
  ) {
    this.marker = join(resolve(dataDir), MARKER);
  }

  /**
   * Makes sure that the storage is empty, or contains part of the same backup, and marks it.
   * @throws BackupError that names the storage
   */
  async claimFor(backup: string): Promise<void> {
    const [begun] = await this.readMarker();
    if (begun === undefined) await this.assertEmpty();
    else if (begun !== backup) {
      throw new BackupError(
        `${resolve(this.dataDir)} contains part of another backup (${begun}). Restore that one, or empty the folder and the storage.`,
      );
    }
    this.backup = backup;
    await writeFile(this.marker, `${backup}\n`, { flush: true });
  }

  /** Records that images and rows of the backup are restored. Only the last step is left. */
  async markLoaded(): Promise<void> {
    await writeFile(this.marker, `${this.backup} ${LOADED}\n`, { flush: true });
  }

  async isLoadedFrom(backup: string): Promise<boolean> {
    const [begun, step] = await this.readMarker();
    return begun === backup && step === LOADED;
  }

  async release(): Promise<void> {
    await rm(this.marker, { force: true });
  }

  private async readMarker(): Promise<(string | undefined)[]> {
    const text = await unlessMissing(readFile(this.marker, 'utf8'));
    return text?.trim().split(' ') ?? [];
  }

  private async assertEmpty(): Promise<void> {
    for await (const [first] of this.store.list()) {
      const name = this.store.nameOf(first.key, first.format);
      throw new BackupError(
        `The storage is not empty: it contains ${name}. Set DATA_DIR (now ${resolve(this.dataDir)}) to an empty folder, or S3_BUCKET and S3_PREFIX to an empty place.`,
      );
    }
  }
}
