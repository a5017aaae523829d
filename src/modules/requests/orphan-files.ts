import { Injectable, Logger } from '@nestjs/common';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { ArtifactStore, type ListedArtifact } from '../../platform/storage/artifact-store.js';

/** Minimum age of an orphan. The row of a file in use is written within seconds of the file. */
const ORPHAN_MS = 60 * 60 * 1000;

/** Removes files without a database row, left by a crash or by a restored database. */
@Injectable()
export class OrphanFiles {
  private readonly log = new Logger(OrphanFiles.name);
  private refused = false;

  constructor(
    private readonly artifacts: ArtifactsRepository,
    private readonly store: ArtifactStore,
  ) {}

  /** Removes old temporary files of this machine and old uploads in parts. */
  async removeLeftovers(): Promise<void> {
    const leftovers = await this.store.removeLeftovers();
    if (leftovers > 0) this.log.log({ message: 'Old temporary files removed', files: leftovers });
  }

  /** Removes old temporary files and files without an artifact. `signal` stops it between two folders. */
  async removeOrphans(signal: AbortSignal): Promise<void> {
    await this.removeLeftovers();
    if (await this.artifacts.isRestoreUnfinished()) {
      this.log.log('Orphan files are removed after the restore to this database has ended.');
      return;
    }
    if (!(await this.isOwnStorage())) return;

    let removed = 0;
    for await (const folder of this.store.list()) {
      if (signal.aborted) break;
      const unknown = new Set(await this.artifacts.findUnknown(folder.map(({ key }) => key)));
      for (const file of folder) {
        if (unknown.has(file.key) && (await this.removeIfOld(file))) removed += 1;
      }
    }
    if (removed > 0) this.log.log({ message: 'Orphan files removed', files: removed });
  }

  private async removeIfOld({ key, format }: ListedArtifact): Promise<boolean> {
    let removed = false;
    await this.artifacts.runIfUnknown(key, format, async () => {
      const storedAt = await this.store.findStorageTime(key, format);
      if (!storedAt || storedAt.getTime() > Date.now() - ORPHAN_MS) return;
      await this.store.remove(key, format);
      removed = true;
    });
    return removed;
  }

  /**
   * Prevents the cleanup of an old folder under a new database, to which every file looks like an
   * orphan.
   */
  private async isOwnStorage(): Promise<boolean> {
    const ours = await this.store.claimForDatabase(await this.artifacts.readDatabaseId());
    if (!ours && !this.refused) {
      this.log.warn(
        `Orphan cleanup is off: the files in the storage were stored under another database. Files without a record in this database are kept. If this database permanently replaces the other one, remove ${this.store.ownerMarker}.`,
      );
    }
    this.refused = !ours;
    return ours;
  }
}
