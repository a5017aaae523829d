import type { Readable } from 'node:stream';
import type { ImageFormat } from '../compression/inspect/image-format.js';
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
  /** The caller reads or destroys it. Its errors are those of `ArtifactStore`. */
  content: Readable;
}

/**
 * Storage of artifacts. All methods fail with `StorageFullError` or `StorageUnavailableError`, both of
 * policy `uncounted`.
 */
export abstract class ArtifactStore {
  constructor(protected readonly scratch: ScratchFiles) {}

  /** Marker that the operator removes to enable orphan cleanup, e.g. `DATA_DIR/artifacts/.database`. */
  abstract readonly ownerMarker: string;

  /**
   * Returns the path of a temporary file on the local disk, which does not exist yet. The caller passes
   * it to `put` or to `discard`.
   */
  temporaryPath(): string {
    return this.scratch.createPath();
  }

  /** Removes temporary files. Ignores missing ones. */
  discard(...temporaryPaths: string[]): Promise<void> {
    return this.scratch.removeFiles(temporaryPaths);
  }

  /**
   * Stores a temporary file and removes it. When it returns, the artifact survives a power failure.
   * Several processes may put the same key at once, any number of times.
   */
  abstract put(temporaryPath: string, key: string, format: ImageFormat): Promise<void>;

  abstract find(key: string, format: ImageFormat): Promise<StoredArtifact | undefined>;

  /** Opens an artifact, or a range within its size; undefined when there is none. */
  abstract read(
    key: string,
    format: ImageFormat,
    range?: ByteRange,
  ): Promise<ArtifactContent | undefined>;

  /** Removes a file. Ignores a missing one. */
  abstract remove(key: string, format: ImageFormat): Promise<void>;

  /** Removes several artifacts. Ignores missing ones. */
  async removeAll(artifacts: readonly ListedArtifact[]): Promise<void> {
    await Promise.all(artifacts.map(({ key, format }) => this.remove(key, format)));
  }

  /**
   * Lists all files in batches, in no particular order. The pauses between batches leave the disk
   * to other work.
   */
  abstract list(): AsyncIterable<ListedArtifact[]>;

  /** Returns the time at which a file was stored; undefined when there is none. */
  abstract storedAt(key: string, format: ImageFormat): Promise<Date | undefined>;

  /** Removes temporary files that ended processes have left. Returns their number. */
  removeLeftovers(): Promise<number> {
    return this.scratch.removeLeftovers();
  }

  /** Writes and removes a small file. Rejects with the error that `put` would have. */
  abstract probe(): Promise<void>;

  /** Rejects when files cannot be stored. Cheap, because each readiness check calls it. */
  abstract checkAccess(): Promise<void>;

  /**
   * Returns true for the database that used this store first. Another database does not know these files
   * and must not treat them as orphans.
   */
  abstract claimFor(database: string): Promise<boolean>;

  /**
   * Returns true if another database used this store first. Unlike `claimFor`, it does not claim the
   * store.
   */
  abstract isClaimedByAnother(database: string): Promise<boolean>;

  /** Returns the SHA-256 (hex) of a file, read in chunks; undefined when there is no such file. */
  abstract sha256Of(key: string, format: ImageFormat): Promise<string | undefined>;

  /** Returns true if the folder or bucket of the artifacts exists. */
  abstract exists(): Promise<boolean>;

  /** Returns the name of the file within the storage, for reports. */
  abstract locationOf(key: string, format: ImageFormat): string;

  /**
   * Returns the URL to which clients are redirected; undefined when the app sends the image itself.
   * @param maxSeconds maximum validity of the URL; without it the image is public
   * @param contentDisposition header that the bucket sends, if the URL can choose it
   */
  async redirectUrl(
    _artifact: StoredArtifact,
    _maxSeconds?: number,
    _contentDisposition?: string,
  ): Promise<RedirectUrl | undefined> {
    return undefined;
  }

  async has(key: string, format: ImageFormat): Promise<boolean> {
    return (await this.find(key, format)) !== undefined;
  }
}

export interface RedirectUrl {
  url: string;
  /** Time for which clients may reuse the redirect. */
  maxAgeSeconds: number;
}
