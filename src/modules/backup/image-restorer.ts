import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { findErrno } from '../../platform/errors/storage-errors.js';
import type { ArtifactStore } from '../../platform/storage/artifact-store.js';
import type { BackupFolder } from './backup-folder.js';
import { createHashTransform, readLines } from './compressed-file.js';
import { parseImageLine } from './image-list.js';

/** Maximum number of images that are restored concurrently. */
const MAX_CONCURRENT_RESTORES = 16;

export interface RestoreTotals {
  fileCount: number;
  bytes: number;
  /** Names of images whose file in the backup is missing or damaged. */
  lostImages: string[];
}

type ImageLine = ReturnType<typeof parseImageLine>;

/** Stores the images of a backup and compares their checksums. */
export class ImageRestorer {
  readonly totals: RestoreTotals = { fileCount: 0, bytes: 0, lostImages: [] };

  constructor(
    private readonly folder: BackupFolder,
    private readonly store: ArtifactStore,
  ) {}

  /** @param path image list of the backup */
  async restoreImages(path: string, onProgress: (totals: RestoreTotals) => void): Promise<void> {
    for await (const lines of readLines(path, MAX_CONCURRENT_RESTORES)) {
      await Promise.all(lines.map((line) => this.restoreImage(parseImageLine(line))));
      onProgress(this.totals);
    }
  }

  private async restoreImage(image: ImageLine): Promise<void> {
    const { key, format, bytes, name } = image;
    // An interrupted restore may have already stored the image.
    const isStored = (await this.store.find(key, format))?.bytes === bytes;
    if (!isStored && !(await this.copyToStore(image))) {
      this.totals.lostImages.push(name);
      return;
    }
    this.totals.fileCount += 1;
    this.totals.bytes += bytes;
  }

  private async copyToStore({ key, format, sha256 }: ImageLine): Promise<boolean> {
    const path = this.store.createTemporaryPath();
    const hash = createHash('sha256');
    try {
      await pipeline(
        createReadStream(this.folder.getFilePath(sha256)),
        createHashTransform(hash),
        createWriteStream(path),
      );
    } catch (error) {
      await this.store.discard(path);
      if (findErrno(error) === 'ENOENT') return false;
      throw error;
    }
    if (hash.digest('hex') === sha256) {
      await this.store.put(path, key, format);
      return true;
    }
    await this.store.discard(path);
    return false;
  }
}
