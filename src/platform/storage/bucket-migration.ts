import { STORAGE_START_ERRORS } from '../errors/error-table.js';
import { AppError } from '../errors/app-error.js';
import type { ListedArtifact } from './artifact-store.js';
import type { DiskArtifactStore } from './disk-artifact-store.js';
import type { S3ArtifactStore } from './s3/s3-artifact-store.js';

/** Number of files that are moved concurrently. */
const MAX_CONCURRENT_MOVES = 16;

export interface MigrationProgress {
  /** Number of files that were uploaded and then removed from the disk. */
  movedCount: number;
  movedBytes: number;
  /** Number of files that were already in the bucket and were only removed from the disk. */
  alreadyStoredCount: number;
}

/**
 * Moves all artifacts from the disk to the bucket. Meanwhile, instances with `STORAGE=s3` read the
 * remaining files from the disk. The next run continues an interrupted move.
 */
export class BucketMigration {
  readonly progress: MigrationProgress = { movedCount: 0, movedBytes: 0, alreadyStoredCount: 0 };

  constructor(
    private readonly disk: DiskArtifactStore,
    private readonly bucket: S3ArtifactStore,
  ) {}

  /**
   * Yields the progress after each batch.
   * @returns the names of other files in the folder; if there are none, the folder is removed
   * @throws BucketClaimedError, StorageUnavailableError, StorageFullError
   */
  async *moveFiles(signal: AbortSignal): AsyncGenerator<MigrationProgress, string[]> {
    const database = await this.disk.findOwner();
    if (database !== undefined && !(await this.bucket.claimForDatabase(database))) {
      throw new BucketClaimedError(this.bucket.ownerMarker);
    }
    for await (const files of this.disk.list()) {
      for (let start = 0; start < files.length; start += MAX_CONCURRENT_MOVES) {
        if (signal.aborted) return [];
        const batch = files.slice(start, start + MAX_CONCURRENT_MOVES);
        await Promise.all(batch.map((file) => this.moveFile(file)));
        yield this.progress;
      }
    }
    return this.disk.removeFolder();
  }

  /** Moves a file. Never replaces a file in the bucket, because an instance may have stored it again. */
  private async moveFile({ key, format }: ListedArtifact): Promise<void> {
    const file = await this.disk.find(key, format);
    if (!file) return;
    if (await this.bucket.has(key, format)) {
      this.progress.alreadyStoredCount += 1;
    } else {
      await this.bucket.copyFrom(file.path!, key, format);
      const storedCopy = await this.bucket.find(key, format);
      if (storedCopy?.bytes !== file.bytes)
        throw new IncompleteCopyError(this.disk.getLocation(key, format));
      this.progress.movedCount += 1;
      this.progress.movedBytes += file.bytes;
    }
    await this.disk.remove(key, format);
  }
}

class BucketClaimedError extends AppError {
  constructor(marker: string) {
    super(STORAGE_START_ERRORS.storage_claimed, {
      message: `The bucket and the files on the disk belong to different databases. Set a different S3_PREFIX, or remove ${marker} if this database replaces the other one permanently.`,
    });
  }
}

class IncompleteCopyError extends AppError {
  constructor(name: string) {
    super(STORAGE_START_ERRORS.storage_copy_incomplete, {
      message: `The copy of ${name} in the bucket differs in size from the file, which was kept. Run the command again.`,
    });
  }
}
