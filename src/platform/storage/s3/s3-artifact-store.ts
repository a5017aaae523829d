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
import { artifactName, assertArtifactKey, parseArtifactName } from '../artifact-key.js';
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

const IMMUTABLE = 'public, max-age=31536000, immutable';
const PUBLIC_REDIRECT_SECONDS = 3600;
/** Object that identifies the database of the artifacts. */
const OWNER = '.database';
const PROBE = '.probe';
const REMOVED = 'The image was removed while it was read. Download it again.';

/** Stores artifacts as `S3_PREFIX` + `<key>.<extension>` in one bucket. */
export class S3ArtifactStore extends ArtifactStore implements OnModuleInit, OnApplicationBootstrap {
  readonly ownerMarker: string;
  private readonly log = new Logger(S3ArtifactStore.name);
  private readonly bucket: S3Bucket;
  private readonly prefix: string;
  private readonly access = new CachedCheck(() => this.probe());

  constructor(private readonly env: Env) {
    super(new ScratchFiles(env.DATA_DIR));
    this.bucket = new S3Bucket(env);
    this.prefix = objectPrefix(env);
    this.ownerMarker = `the object ${this.prefix}${OWNER} in the bucket ${this.bucket.name}`;
  }

  /** @throws AppError `storage_region_missing` */
  async onModuleInit(): Promise<void> {
    await this.bucket.region().catch((error: unknown) => {
      throw new RegionMissingError(error);
    });
    await this.scratch.prepare();
  }

  /**
   * Logs faults of the bucket. The app still starts, and processes images after the fault is fixed.
   */
  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.access.run();
      const minutes = Math.round(this.bucket.clockOffsetMs / 60_000);
      if (minutes === 0) return;
      this.log.warn(
        `The clock of this machine differs by ${Math.abs(minutes)} minutes from the clock of the S3 server. Synchronize the clock (NTP).`,
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
      CacheControl: IMMUTABLE,
    };
    const { size } = await withStorageErrors(() => stat(path));
    if (size > PART_BYTES) return this.bucket.putInParts(object, createReadStream(path));
    await this.bucket.put(object, await withStorageErrors(() => readFile(path)));
  }

  async find(key: string, format: ImageFormat): Promise<StoredArtifact | undefined> {
    const found = await this.bucket.head(this.getObjectKey(key, format));
    return found && { key, format, bytes: found.ContentLength! };
  }

  async read(
    key: string,
    format: ImageFormat,
    range?: ByteRange,
  ): Promise<ArtifactContent | undefined> {
    const name = this.getObjectKey(key, format);
    const found = await this.bucket.get(name, range && `bytes=${range.start}-${range.end}`);
    if (!found) return undefined;
    const length = found.ContentLength!;
    const start = range?.start ?? 0;
    const openAt = async (position: number) => {
      const rest = `bytes=${start + position}-${start + length - 1}`;
      const again = await this.bucket.get(name, rest, found.ETag);
      if (!again) throw new StorageUnavailableError(undefined, REMOVED);
      return again.Body as Readable;
    };
    const total = range ? Number(found.ContentRange!.split('/').at(-1)) : length;
    return { bytes: total, content: readWithResume(found.Body as Readable, length, openAt) };
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

  async storedAt(key: string, format: ImageFormat): Promise<Date | undefined> {
    return (await this.bucket.head(this.getObjectKey(key, format)))?.LastModified;
  }

  /** Also aborts multipart uploads that ended processes have left. */
  override async removeLeftovers(): Promise<number> {
    let removed = await this.scratch.removeLeftovers();
    for await (const { key, uploadId } of listAbandonedUploads(this.bucket, this.prefix)) {
      await this.bucket.abortUpload(key, uploadId);
      removed += 1;
    }
    return removed;
  }

  /** Lists, writes, reads and deletes an object, to check each permission that the app needs. */
  async probe(): Promise<void> {
    const Key = `${this.prefix}${PROBE}`;
    await this.bucket.listPage({ Prefix: Key, MaxKeys: 1 });
    await this.bucket.put({ Key, ContentType: 'text/plain' }, Buffer.from('Pressroom\n'));
    // Another app may just have removed the object.
    await this.bucket.getText(Key);
    await this.bucket.remove(Key);
  }

  checkAccess(): Promise<void> {
    return this.access.run();
  }

  async claimFor(database: string): Promise<boolean> {
    const owner = await this.owner();
    if (owner !== undefined) return owner === database;
    const object = { Key: `${this.prefix}${OWNER}`, ContentType: 'text/plain' };
    await this.bucket.put(object, Buffer.from(`${database}\n`));
    return true;
  }

  async isClaimedByAnother(database: string): Promise<boolean> {
    const owner = await this.owner();
    return owner !== undefined && owner !== database;
  }

  async sha256Of(key: string, format: ImageFormat): Promise<string | undefined> {
    const found = await this.read(key, format);
    if (!found) return undefined;
    const hash = createHash('sha256');
    await pipeline(found.content, hash);
    return hash.digest('hex');
  }

  async exists(): Promise<boolean> {
    await this.bucket.listPage({ Prefix: this.prefix, MaxKeys: 1 });
    return true;
  }

  locationOf(key: string, format: ImageFormat): string {
    return this.getObjectKey(key, format);
  }

  override async redirectUrl(
    { key, format }: StoredArtifact,
    maxSeconds?: number,
    contentDisposition?: string,
  ): Promise<RedirectUrl | undefined> {
    if (imageDelivery(this.env) === 'proxy') return undefined;
    const base = publicImageBaseUrl(this.env);
    if (base) {
      return { url: base + artifactName(key, format), maxAgeSeconds: PUBLIC_REDIRECT_SECONDS };
    }
    return presignRedirect(this.bucket, this.getObjectKey(key, format), {
      maxSeconds,
      contentDisposition,
    });
  }

  private async owner(): Promise<string | undefined> {
    return (await this.bucket.getText(`${this.prefix}${OWNER}`))?.trim();
  }

  private getObjectKey(key: string, format: ImageFormat): string {
    assertArtifactKey(key);
    return this.prefix + artifactName(key, format);
  }
}

class RegionMissingError extends AppError {
  constructor(cause: unknown) {
    super(STORAGE_START_ERRORS.storage_region_missing, { cause });
  }
}
