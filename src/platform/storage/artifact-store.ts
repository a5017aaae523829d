import type { ImageFormat } from '../compression/image-format.js';

export interface StoredArtifact {
  key: string;
  format: ImageFormat;
  bytes: number;
  /** Absolute path of the file, for serving. */
  path: string;
}

export type ListedArtifact = Pick<StoredArtifact, 'key' | 'format'>;

/**
 * Where artifacts live. All methods fail with `StorageFullError` or `StorageUnavailableError`, both of
 * policy `free`.
 */
export abstract class ArtifactStore {
  /**
   * A path for a file of ours, on the file system of the artifacts, so that `put` is a rename. It does
   * not exist yet. Who asks for it hands it to `put` or to `discard`.
   */
  abstract temporaryPath(): string;

  /** Removes temporary files, where they exist. */
  abstract discard(...temporaryPaths: string[]): Promise<void>;

  /**
   * Takes over a temporary file. When it returns, the artifact survives a loss of power. The same key
   * may be put any number of times, by several processes at once. Answers its path.
   */
  abstract put(temporaryPath: string, key: string, format: ImageFormat): Promise<string>;

  abstract find(key: string, format: ImageFormat): Promise<StoredArtifact | undefined>;

  /** Nothing happens when there is no such file. */
  abstract remove(key: string, format: ImageFormat): Promise<void>;

  /** All files, a folder's at a time, in no order; slowly enough to leave the disk to others. */
  abstract list(): AsyncIterable<ListedArtifact[]>;

  /** When a file was stored; nothing when there is none. */
  abstract storedAt(key: string, format: ImageFormat): Promise<Date | undefined>;

  /** Removes temporary files that a process left that is gone. Answers how many. */
  abstract removeLeftovers(): Promise<number>;

  /** Writes, syncs and removes a small file: rejects as `put` would. */
  abstract probe(): Promise<void>;

  /**
   * True for the database that used this store first. Another one knows nothing of the files here, and
   * must not take them for orphans.
   */
  abstract belongsTo(database: string): Promise<boolean>;

  /** Whether another database used this store first. Unlike `belongsTo`, it claims nothing. */
  abstract isClaimedByAnother(database: string): Promise<boolean>;

  /** SHA-256 (hex) of a file's content, read in blocks; nothing when there is no such file. */
  abstract sha256Of(key: string, format: ImageFormat): Promise<string | undefined>;

  /** Whether the folder of the artifacts exists; an app creates it when it starts. */
  abstract exists(): Promise<boolean>;

  async has(key: string, format: ImageFormat): Promise<boolean> {
    return (await this.find(key, format)) !== undefined;
  }
}
