import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ImageFormat } from '../compression/inspect/image-format.js';
import type { Env } from '../config/env.js';
import {
  type ArtifactContent,
  ArtifactStore,
  type ByteRange,
  type ListedArtifact,
  type RedirectUrl,
  type StoredArtifact,
} from './artifact-store.js';
import type { DiskArtifactStore } from './disk-artifact-store.js';
import type { S3ArtifactStore } from './s3/s3-artifact-store.js';
import { ScratchFiles } from './scratch-files.js';

/**
 * Combines the bucket with the folder that `npm run storage:migrate` moves to the bucket. Stores new files in the
 * bucket. Reads files that are not in the bucket yet from the folder, which may no longer exist.
 */
export class MigratingArtifactStore
  extends ArtifactStore
  implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown
{
  readonly ownerMarker: string;

  constructor(
    env: Env,
    private readonly bucket: S3ArtifactStore,
    private readonly disk: DiskArtifactStore,
  ) {
    super(new ScratchFiles(env.DATA_DIR));
    this.ownerMarker = `${bucket.ownerMarker} and ${disk.ownerMarker}`;
  }

  onModuleInit = () => this.bucket.onModuleInit();
  onApplicationBootstrap = () => this.bucket.onApplicationBootstrap();
  onApplicationShutdown = () => this.bucket.onApplicationShutdown();

  put(temporaryPath: string, key: string, format: ImageFormat): Promise<void> {
    return this.bucket.put(temporaryPath, key, format);
  }

  find(key: string, format: ImageFormat): Promise<StoredArtifact | undefined> {
    return this.findInStores((store) => store.find(key, format));
  }

  read(key: string, format: ImageFormat, range?: ByteRange): Promise<ArtifactContent | undefined> {
    return this.findInStores((store) => store.read(key, format, range));
  }

  findStorageTime(key: string, format: ImageFormat): Promise<Date | undefined> {
    return this.findInStores((store) => store.findStorageTime(key, format));
  }

  computeSha256(key: string, format: ImageFormat): Promise<string | undefined> {
    return this.findInStores((store) => store.computeSha256(key, format));
  }

  /** Removes the file from the folder first, because it may be moving to the bucket concurrently. */
  async remove(key: string, format: ImageFormat): Promise<void> {
    await this.removeAll([{ key, format }]);
  }

  override async removeAll(artifacts: readonly ListedArtifact[]): Promise<void> {
    await this.disk.removeAll(artifacts);
    await this.bucket.removeAll(artifacts);
  }

  async *list(): AsyncGenerator<ListedArtifact[]> {
    yield* this.disk.list();
    yield* this.bucket.list();
  }

  override removeLeftovers(): Promise<number> {
    return this.bucket.removeLeftovers();
  }

  probe(): Promise<void> {
    return this.bucket.probe();
  }

  checkAccess(): Promise<void> {
    return this.bucket.checkAccess();
  }

  async claimForDatabase(database: string): Promise<boolean> {
    if (await this.disk.isClaimedByAnotherDatabase(database)) return false;
    return this.bucket.claimForDatabase(database);
  }

  async isClaimedByAnotherDatabase(database: string): Promise<boolean> {
    if (await this.disk.isClaimedByAnotherDatabase(database)) return true;
    return this.bucket.isClaimedByAnotherDatabase(database);
  }

  exists(): Promise<boolean> {
    return this.bucket.exists();
  }

  getLocation(key: string, format: ImageFormat): string {
    return this.bucket.getLocation(key, format);
  }

  /** Returns undefined for a file that is still in the folder. The app itself sends these files. */
  override async createRedirectUrl(
    artifact: StoredArtifact,
    maxSeconds?: number,
    contentDisposition?: string,
  ): Promise<RedirectUrl | undefined> {
    return artifact.path
      ? undefined
      : this.bucket.createRedirectUrl(artifact, maxSeconds, contentDisposition);
  }

  /**
   * Searches the bucket, the folder, and the bucket again. The file may move to the bucket between the first
   * two searches.
   */
  private async findInStores<T>(lookUp: (store: ArtifactStore) => Promise<T | undefined>) {
    return (await lookUp(this.bucket)) ?? (await lookUp(this.disk)) ?? (await lookUp(this.bucket));
  }
}
