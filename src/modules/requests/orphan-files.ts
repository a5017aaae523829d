import { Injectable, Logger } from '@nestjs/common';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { ArtifactStore, type ListedArtifact } from '../../platform/storage/artifact-store.js';

/** Minimum age of an orphan. The database row of a file is written within seconds after the file. */
const MIN_ORPHAN_AGE_MS = 60 * 60 * 1000;

/** Removes files without a database row, which remain after a crash or a restored database. */
@Injectable()
export class OrphanFiles {
  private readonly log = new Logger(OrphanFiles.name);
  private isClaimedByAnotherDatabase = false;

  constructor(
    private readonly artifacts: ArtifactsRepository,
    private readonly store: ArtifactStore,
  ) {}

  /** Removes old temporary files on this machine and abandoned multipart uploads. */
  async removeLeftovers(): Promise<void> {
    const removedCount = await this.store.removeLeftovers();
    if (removedCount > 0)
      this.log.log({ message: 'Old temporary files removed', files: removedCount });
  }

  /** Removes old temporary files and files without an artifact. Checks `signal` before each batch of files. */
  async removeOrphans(signal: AbortSignal): Promise<void> {
    await this.removeLeftovers();
    if (await this.artifacts.isRestoreUnfinished()) {
      this.log.log('Orphan cleanup is off until the restore to this database has ended.');
      return;
    }
    if (!(await this.claimStorage())) return;

    let removedCount = 0;
    for await (const files of this.store.list()) {
      if (signal.aborted) break;
      const unknownKeys = new Set(
        await this.artifacts.findUnknownKeys(files.map(({ key }) => key)),
      );
      for (const file of files) {
        if (unknownKeys.has(file.key) && (await this.removeIfOld(file))) removedCount += 1;
      }
    }
    if (removedCount > 0) this.log.log({ message: 'Orphan files removed', files: removedCount });
  }

  private async removeIfOld({ key, format }: ListedArtifact): Promise<boolean> {
    let isRemoved = false;
    await this.artifacts.runIfUnknown(key, format, async () => {
      const storedAt = await this.store.findStorageTime(key, format);
      if (!storedAt || storedAt.getTime() > Date.now() - MIN_ORPHAN_AGE_MS) return;
      await this.store.remove(key, format);
      isRemoved = true;
    });
    return isRemoved;
  }

  /**
   * Claims the storage for this database. Returns false if it belongs to another database, because every
   * file would then look like an orphan.
   */
  private async claimStorage(): Promise<boolean> {
    const isClaimed = await this.store.claimForDatabase(await this.artifacts.readDatabaseId());
    if (!isClaimed && !this.isClaimedByAnotherDatabase) {
      this.log.warn(
        `Orphan cleanup is off: the files in storage belong to another database. Files without a record in this database are kept. If this database permanently replaces the other one, remove ${this.store.ownerMarker}.`,
      );
    }
    this.isClaimedByAnotherDatabase = !isClaimed;
    return isClaimed;
  }
}
