import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { formatArtifactName } from '../../platform/storage/artifact-key.js';
import type { ArtifactContent, ArtifactStore } from '../../platform/storage/artifact-store.js';
import type { BackupFolder } from './backup-folder.js';
import { createHashTransform, readLines } from './compressed-file.js';
import { formatImageLine, type ListedImage, parseImageRow } from './image-list.js';

/** Maximum number of images that are copied concurrently. */
const MAX_CONCURRENT_COPIES = 16;

export interface CopyTotals {
  /** Number of images that the backup contains. */
  fileCount: number;
  bytes: number;
  /** Number of images that earlier backups had not copied. */
  copiedCount: number;
  copiedBytes: number;
  /** Names of images that are missing, damaged or unreadable in storage. */
  lostImages: string[];
}

/** Copies the images of a snapshot that are not yet in the backup folder. */
export class ImageCopier {
  readonly totals: CopyTotals = {
    fileCount: 0,
    bytes: 0,
    copiedCount: 0,
    copiedBytes: 0,
    lostImages: [],
  };

  constructor(
    private readonly store: ArtifactStore,
    private readonly folder: BackupFolder,
  ) {}

  /**
   * Copies images and yields the lines of the image list, ordered by key.
   * @param path file with the rows from `LIST_IMAGES`
   */
  async *copyImages(path: string): AsyncGenerator<string> {
    for await (const rows of readLines(path, MAX_CONCURRENT_COPIES)) {
      const images = rows.map(parseImageRow);
      const hashes = await Promise.all(images.map((image) => this.copyImage(image)));
      for (const [index, image] of images.entries()) {
        const name = formatArtifactName(image.key, image.format);
        const sha256 = hashes[index];
        if (sha256 === undefined) {
          this.totals.lostImages.push(name);
          continue;
        }
        this.totals.fileCount += 1;
        this.totals.bytes += image.bytes;
        yield formatImageLine(sha256, image.bytes, name);
      }
    }
  }

  /** Returns the SHA-256 of the image; undefined if it is missing or unreadable. */
  private async copyImage(image: ListedImage): Promise<string | undefined> {
    const { bytes, sha256 } = image;
    if (sha256 !== null && (await this.folder.hasFile(sha256, bytes))) return sha256;
    const path = this.folder.createTemporaryPath();
    try {
      return await this.copyFromStore(image, path);
    } catch (error) {
      if (!(error instanceof UnreadableImageError)) throw error;
      // Rethrows the error if the entire storage is unreachable.
      if (!(await this.store.exists())) throw error.cause;
      return undefined;
    } finally {
      await rm(path, { force: true });
    }
  }

  private async copyFromStore(
    { key, format, bytes, sha256 }: ListedImage,
    path: string,
  ): Promise<string | undefined> {
    const artifact = await this.store.read(key, format).catch(throwUnreadable);
    if (!artifact) return undefined;
    const hash = createHash('sha256');
    const file = createWriteStream(path, { mode: 0o600 });
    await pipeline(readContent(artifact), createHashTransform(hash), file);
    const actualSha256 = hash.digest('hex');
    if (artifact.bytes !== bytes || (sha256 !== null && actualSha256 !== sha256)) return undefined;
    await this.folder.commitFile(path, actualSha256);
    this.totals.copiedCount += 1;
    this.totals.copiedBytes += bytes;
    return actualSha256;
  }
}

/** Distinguishes errors while reading an image from errors in the backup folder. */
class UnreadableImageError extends Error {
  override name = 'UnreadableImageError';
}

const throwUnreadable = (cause: unknown): never => {
  throw new UnreadableImageError('The image cannot be read.', { cause });
};

async function* readContent({ content }: ArtifactContent): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of content) yield chunk as Buffer;
  } catch (error) {
    throwUnreadable(error);
  }
}
