import type { Readable } from 'node:stream';
import type { ImageFormat } from '../compression/inspect/image-format.js';
import type { ScratchFiles } from './scratch-files.js';

export interface StoredArtifact {
  key: string;
  format: ImageFormat;
  bytes: number;
  /** Absolute path of a file on the local disk; undefined for other storage. */
  path?: string;
}

export type ListedArtifact = Pick<StoredArtifact, 'key' | 'format'>;

/** Positions of the first and the last byte, from 0. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface ArtifactContent {
  /** Size of the entire artifact, even for a range. */
  bytes: number;
  /** The caller reads or destroys the stream. It emits the same errors as `ArtifactStore`. */
  content: Readable;
}

/**
 * Stores artifacts. All methods fail with `StorageFullError` or `StorageUnavailableError`. Both have the
 * retry policy `uncounted`.
 */
export abstract class ArtifactStore {
  constructor(protected readonly scratch: ScratchFiles) {}

  /** Marker that the operator removes to enable orphan cleanup, e.g. `DATA_DIR/artifacts/.database`. */
  abstract readonly ownerMarker: string;

  /**
   * Returns the path of a new temporary file on the local disk. The caller creates the file and passes
   * the path to `put()` or `discard()`.
   */
  createTemporaryPath(): string {
    return this.scratch.createPath();
  }

  /** Removes temporary files. Ignores missing ones. */
  discard(...temporaryPaths: string[]): Promise<void> {
    return this.scratch.removeFiles(temporaryPaths);
  }

  /**
   * Stores a temporary file and removes it. After this method returns, the artifact survives a power
   * failure. Several processes may store the same key concurrently and repeatedly.
   */
  abstract put(temporaryPath: string, key: string, format: ImageFormat): Promise<void>;

  abstract find(key: string, format: ImageFormat): Promise<StoredArtifact | undefined>;

  /** Opens an artifact or a valid range of it. Returns undefined if the artifact does not exist. */
  abstract read(
    key: string,
    format: ImageFormat,
    range?: ByteRange,
  ): Promise<ArtifactContent | undefined>;

  /** Removes an artifact. Ignores a missing one. */
  abstract remove(key: string, format: ImageFormat): Promise<void>;

  /** Removes several artifacts. Ignores missing ones. */
  async removeAll(artifacts: readonly ListedArtifact[]): Promise<void> {
    await Promise.all(artifacts.map(({ key, format }) => this.remove(key, format)));
  }

  /**
   * Lists all artifacts in batches, in no particular order. Pauses between batches, so other work can
   * use the disk.
   */
  abstract list(): AsyncIterable<ListedArtifact[]>;

  /** Returns the time when an artifact was stored; undefined if it does not exist. */
  abstract findStorageTime(key: string, format: ImageFormat): Promise<Date | undefined>;

  /** Removes temporary files left behind by terminated processes. Returns their number. */
  removeLeftovers(): Promise<number> {
    return this.scratch.removeLeftovers();
  }

  /** Writes and removes a small file. Rejects with the same errors as `put`. */
  abstract probe(): Promise<void>;

  /** Rejects if files cannot be stored. Must be cheap, because each readiness check calls it. */
  abstract checkAccess(): Promise<void>;

  /**
   * Claims the store for a database. Returns false if another database used this store first: the files
   * are unknown to this database, which must not treat them as orphans.
   */
  abstract claimForDatabase(database: string): Promise<boolean>;

  /**
   * Returns true if another database used this store first. Unlike `claimForDatabase`, this method does not claim
   * the store.
   */
  abstract isClaimedByAnotherDatabase(database: string): Promise<boolean>;

  /** Computes the SHA-256 (hex) of an artifact in chunks. Returns undefined if it does not exist. */
  abstract computeSha256(key: string, format: ImageFormat): Promise<string | undefined>;

  /** Returns true if the artifact folder or bucket exists. */
  abstract exists(): Promise<boolean>;

  /** Returns the path or object key of an artifact within the storage, for reports. */
  abstract getLocation(key: string, format: ImageFormat): string;

  /**
   * Returns the URL to which clients are redirected; undefined if the app sends the image itself.
   * @param maxSeconds maximum validity of the URL; undefined for a public image
   * @param contentDisposition `Content-Disposition` header of the response, if the URL can set it
   */
  async createRedirectUrl(
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
  /** Time during which clients may reuse the redirect. */
  maxAgeSeconds: number;
}
