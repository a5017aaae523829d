import { STORAGE_START_ERRORS } from '../../errors/error-table.js';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { FORMATS } from '../../compression/formats/index.js';
import type { ImageFormat } from '../../compression/inspect/image-format.js';
import type { Env } from '../../config/env.js';
import { imageDelivery, objectPrefix, publicImageBaseUrl } from '../../config/storage-settings.js';
import { AppError } from '../../errors/app-error.js';
import { StorageUnavailableError } from '../../errors/storage-errors.js';
import { formatArtifactName, assertArtifactKey, parseArtifactName } from '../artifact-key.js';
import {
  type ArtifactContent,
  ArtifactStore,
  type ByteRange,
  type ListedArtifact,
  type RedirectUrl,
  type StoredArtifact,
} from '../artifact-store.js';
import { withStorageErrors } from '../file-errors.js';
import { ScratchFiles } from '../scratch-files.js';
import { listAbandonedUploads } from './abandoned-uploads.js';
import { CachedCheck } from './cached-check.js';
import { presignRedirect } from './presigned-redirect.js';
import { readWithResume } from './resumed-read.js';
import { PART_BYTES, S3Bucket } from './s3-bucket.js';

const IMMUTABLE_CACHE_CONTROL = 'public, max-age=31536000, immutable';
const PUBLIC_REDIRECT_SECONDS = 3600;
/** Object that identifies the database that claimed the artifacts. */
const OWNER_OBJECT = '.database';
const PROBE_OBJECT = '.probe';
const REMOVED_MESSAGE = 'The image was removed while it was being read. Download it again.';

/** Stores artifacts as `S3_PREFIX` + `<key>.<extension>` in one bucket. */
export class S3ArtifactStore extends ArtifactStore implements OnModuleInit, OnApplicationBootstrap {
  readonly ownerMarker: string;
  private readonly log = new Logger(S3ArtifactStore.name);
  private readonly bucket: S3Bucket;
  private readonly prefix: string;
  private readonly accessCheck = new CachedCheck(() => this.probe());

  constructor(private readonly env: Env) {
    super(new ScratchFiles(env.DATA_DIR));
    this.bucket = new S3Bucket(env);
    this.prefix = objectPrefix(env);
    this.ownerMarker = `the object ${this.prefix}${OWNER_OBJECT} in the bucket ${this.bucket.name}`;
  }

  /** @throws AppError `storage_region_missing` */
  async onModuleInit(): Promise<void> {
    await this.bucket.getRegion().catch((error: unknown) => {
      throw new RegionMissingError(error);
    });
    await this.scratch.prepareFolder();
  }

  /**
   * Logs problems with the bucket. The app still starts, and processes images once the problems are fixed.
   */
  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.accessCheck.runCheck();
      const minutes = Math.round(this.bucket.clockOffsetMs / 60_000);
      if (minutes === 0) return;
      this.log.warn(
        `This machine's clock differs from the S3 server's clock by ${Math.abs(minutes)} minutes. Synchronize the clock (NTP).`,
      );
    } catch (error) {
      const { message, code } = error as AppError;
      this.log.error({ message: `Storage is not ready: ${message}`, code });
    }
  }

  onApplicationShutdown(): void {
    this.bucket.close();
  }

  async put(temporaryPath: string, key: string, format: ImageFormat): Promise<void> {
    await this.copyFrom(temporaryPath, key, format);
    await this.scratch.removeFiles([temporaryPath]);
  }

  /** Stores the content of a file and keeps the file. */
  async copyFrom(path: string, key: string, format: ImageFormat): Promise<void> {
    const object = {
      Key: this.getObjectKey(key, format),
      ContentType: FORMATS[format].contentType,
      CacheControl: IMMUTABLE_CACHE_CONTROL,
    };
    const { size } = await withStorageErrors(() => stat(path));
    if (size > PART_BYTES) return this.bucket.putInParts(object, createReadStream(path));
    await this.bucket.put(object, await withStorageErrors(() => readFile(path)));
  }

  async find(key: string, format: ImageFormat): Promise<StoredArtifact | undefined> {
    const head = await this.bucket.head(this.getObjectKey(key, format));
    return head && { key, format, bytes: head.ContentLength! };
  }

  async read(
    key: string,
    format: ImageFormat,
    range?: ByteRange,
  ): Promise<ArtifactContent | undefined> {
    const objectKey = this.getObjectKey(key, format);
    const response = await this.bucket.get(objectKey, range && `bytes=${range.start}-${range.end}`);
    if (!response) return undefined;
    const length = response.ContentLength!;
    const start = range?.start ?? 0;
    const openAt = async (position: number) => {
      const remainingRange = `bytes=${start + position}-${start + length - 1}`;
      const resumedResponse = await this.bucket.get(objectKey, remainingRange, response.ETag);
      if (!resumedResponse) throw new StorageUnavailableError(undefined, REMOVED_MESSAGE);
      return resumedResponse.Body as Readable;
    };
    const totalBytes = range ? Number(response.ContentRange!.split('/').at(-1)) : length;
    return {
      bytes: totalBytes,
      content: readWithResume(response.Body as Readable, length, openAt),
    };
  }

  async remove(key: string, format: ImageFormat): Promise<void> {
    await this.bucket.remove(this.getObjectKey(key, format));
  }

  override async removeAll(artifacts: readonly ListedArtifact[]): Promise<void> {
    await this.bucket.removeAll(artifacts.map(({ key, format }) => this.getObjectKey(key, format)));
  }

  async *list(): AsyncGenerator<ListedArtifact[]> {
    let ContinuationToken: string | undefined;
    do {
      const page = await this.bucket.listPage({
        Prefix: this.prefix,
        Delimiter: '/',
        ContinuationToken,
      });
      const names = (page.Contents ?? []).map(({ Key }) => Key!.slice(this.prefix.length));
      const artifacts = names.flatMap((name) => parseArtifactName(name) ?? []);
      if (artifacts.length > 0) yield artifacts;
      ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (ContinuationToken);
  }

  async findStorageTime(key: string, format: ImageFormat): Promise<Date | undefined> {
    return (await this.bucket.head(this.getObjectKey(key, format)))?.LastModified;
  }

  /** Also aborts multipart uploads left behind by terminated processes. */
  override async removeLeftovers(): Promise<number> {
    let removedCount = await this.scratch.removeLeftovers();
    for await (const { key, uploadId } of listAbandonedUploads(this.bucket, this.prefix)) {
      await this.bucket.abortUpload(key, uploadId);
      removedCount += 1;
    }
    return removedCount;
  }

  /** Lists, writes, reads and deletes an object, to check each permission that the app needs. */
  async probe(): Promise<void> {
    const Key = `${this.prefix}${PROBE_OBJECT}`;
    await this.bucket.listPage({ Prefix: Key, MaxKeys: 1 });
    await this.bucket.put({ Key, ContentType: 'text/plain' }, Buffer.from('Pressroom\n'));
    // The object may be missing, because another instance may have just removed it.
    await this.bucket.getText(Key);
    await this.bucket.remove(Key);
  }

  checkAccess(): Promise<void> {
    return this.accessCheck.runCheck();
  }

  async claimForDatabase(database: string): Promise<boolean> {
    const owner = await this.findOwner();
    if (owner !== undefined) return owner === database;
    const object = { Key: `${this.prefix}${OWNER_OBJECT}`, ContentType: 'text/plain' };
    await this.bucket.put(object, Buffer.from(`${database}\n`));
    return true;
  }

  async isClaimedByAnotherDatabase(database: string): Promise<boolean> {
    const owner = await this.findOwner();
    return owner !== undefined && owner !== database;
  }

  async computeSha256(key: string, format: ImageFormat): Promise<string | undefined> {
    const artifact = await this.read(key, format);
    if (!artifact) return undefined;
    const hash = createHash('sha256');
    await pipeline(artifact.content, hash);
    return hash.digest('hex');
  }

  async exists(): Promise<boolean> {
    await this.bucket.listPage({ Prefix: this.prefix, MaxKeys: 1 });
    return true;
  }

  getLocation(key: string, format: ImageFormat): string {
    return this.getObjectKey(key, format);
  }

  override async createRedirectUrl(
    { key, format }: StoredArtifact,
    maxSeconds?: number,
    contentDisposition?: string,
  ): Promise<RedirectUrl | undefined> {
    if (imageDelivery(this.env) === 'proxy') return undefined;
    const baseUrl = publicImageBaseUrl(this.env);
    if (baseUrl) {
      return {
        url: baseUrl + formatArtifactName(key, format),
        maxAgeSeconds: PUBLIC_REDIRECT_SECONDS,
      };
    }
    return presignRedirect(this.bucket, this.getObjectKey(key, format), {
      maxSeconds,
      contentDisposition,
    });
  }

  private async findOwner(): Promise<string | undefined> {
    return (await this.bucket.getText(`${this.prefix}${OWNER_OBJECT}`))?.trim();
  }

  private getObjectKey(key: string, format: ImageFormat): string {
    assertArtifactKey(key);
    return this.prefix + formatArtifactName(key, format);
  }
}

class RegionMissingError extends AppError {
  constructor(cause: unknown) {
    super(STORAGE_START_ERRORS.storage_region_missing, { cause });
  }
}
