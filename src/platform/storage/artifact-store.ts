import type { Readable } from 'node:stream';
import type { ImageFormat } from '../compression/image-format.js';
import type { ScratchFiles } from './scratch-files.js';

export interface StoredArtifact {
  key: string;
  format: ImageFormat;
  bytes: number;
  /** Absolute path of a file on the local disk; undefined in other storage. */
  path?: string;
}

export type ListedArtifact = Pick<StoredArtifact, 'key' | 'format'>;

/** Positions of the first and the last byte, from 0. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface ArtifactContent {
  /** Size of the whole artifact. */
  bytes: number;
  /** Read or destroyed by the caller. Its errors are those of `ArtifactStore`. */
  content: Readable;
}

/**
 * Where artifacts live. All methods fail with `StorageFullError` or `StorageUnavailableError`, both of
 * policy `uncounted`.
 */
export abstract class ArtifactStore {
  constructor(protected readonly scratch: ScratchFiles) {}

  /** What the operator removes to turn orphan cleanup on, e.g. `DATA_DIR/artifacts/.database`. */
  abstract readonly ownerMarker: string;

  /**
   * A path for a file of ours on the local disk. It does not exist yet. Who asks for it hands it to
   * `put` or to `discard`.
   */
  temporaryPath(): string {
    return this.scratch.createPath();
  }

  /** Removes temporary files, where they exist. */
  discard(...temporaryPaths: string[]): Promise<void> {
    return this.scratch.removeFiles(temporaryPaths);
  }

  /**
   * Takes over a temporary file. When it returns, the artifact survives a loss of power. The same key
   * may be put any number of times, by several processes at once.
   */
  abstract put(temporaryPath: string, key: string, format: ImageFormat): Promise<void>;

  abstract find(key: string, format: ImageFormat): Promise<StoredArtifact | undefined>;

  /** Opens an artifact, or a range of it that lies within its size; nothing when there is none. */
  abstract read(
    key: string,
    format: ImageFormat,
    range?: ByteRange,
  ): Promise<ArtifactContent | undefined>;

  /** Nothing happens when there is no such file. */
  abstract remove(key: string, format: ImageFormat): Promise<void>;

  /** Removes several; each may be missing. */
  async removeAll(artifacts: readonly ListedArtifact[]): Promise<void> {
    await Promise.all(artifacts.map(({ key, format }) => this.remove(key, format)));
  }

  /** All files, some hundred at a time, in no order; slowly enough to leave the disk to others. */
  abstract list(): AsyncIterable<ListedArtifact[]>;

  /** When a file was stored; nothing when there is none. */
  abstract storedAt(key: string, format: ImageFormat): Promise<Date | undefined>;

  /** Removes temporary files that a process left that is gone. Answers how many. */
  removeLeftovers(): Promise<number> {
    return this.scratch.removeLeftovers();
  }

  /** Writes and removes a small file: rejects as `put` would. */
  abstract probe(): Promise<void>;

  /** Whether work can go on, at little cost: called by each readiness check. */
  abstract checkAccess(): Promise<void>;

  /**
   * True for the database that used this store first. Another one knows nothing of the files here, and
   * must not take them for orphans.
   */
  abstract belongsTo(database: string): Promise<boolean>;

  /** Whether another database used this store first. Unlike `belongsTo`, it claims nothing. */
  abstract isClaimedByAnother(database: string): Promise<boolean>;

  /** SHA-256 (hex) of a file's content, read in blocks; nothing when there is no such file. */
  abstract sha256Of(key: string, format: ImageFormat): Promise<string | undefined>;

  /** Whether the folder or bucket of the artifacts exists. */
  abstract exists(): Promise<boolean>;

  /** Name of the file within the storage, for reports. */
  abstract nameOf(key: string, format: ImageFormat): string;

  /**
   * URL to which clients are redirected; undefined when the app sends the image itself.
   * @param maxSeconds longest validity of the URL; without it the image is public
   */
  async redirectUrl(
    _artifact: StoredArtifact,
    _maxSeconds?: number,
  ): Promise<RedirectUrl | undefined> {
    return undefined;
  }

  async has(key: string, format: ImageFormat): Promise<boolean> {
    return (await this.find(key, format)) !== undefined;
  }
}

export interface RedirectUrl {
  url: string;
  /** For how long clients may reuse the redirect. */
  maxAgeSeconds: number;
}
