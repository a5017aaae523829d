import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Env } from '../../config/env.js';
import { ObjectRemover } from './object-remover.js';
import { isMissingObject, toS3Error } from './s3-errors.js';
import { createS3ClientConfig } from './s3-settings.js';

/** Objects larger than this are uploaded in parts of this size, two at a time. */
export const PART_BYTES = 8 * 1024 * 1024;
const MAX_CONCURRENT_PARTS = 2;

export type NewObject = Pick<PutObjectCommandInput, 'Key' | 'ContentType' | 'CacheControl'>;

/** Accesses one bucket. All errors are `StorageUnavailableError` or `StorageFullError`. */
export class S3Bucket {
  readonly name: string;
  private readonly client: S3Client;
  private readonly objectRemover: ObjectRemover;

  constructor(env: Env) {
    this.name = env.S3_BUCKET!;
    this.client = new S3Client(createS3ClientConfig(env));
    this.objectRemover = new ObjectRemover(this.client, this.name);
  }

  /** @throws Error if no region is configured */
  getRegion(): Promise<string> {
    return this.client.config.region();
  }

  /** Offset of the server's clock in milliseconds; 0 if the difference is less than a few minutes. */
  get clockOffsetMs(): number {
    return this.client.config.systemClockOffset;
  }

  async put(object: NewObject, Body: Buffer): Promise<void> {
    const command = new PutObjectCommand({ ...object, Bucket: this.name, Body });
    await this.callS3('s3:PutObject', () => this.client.send(command));
  }

  /** Uploads an object in parts. After a failed upload, removes the parts if the server is reachable. */
  async putInParts(object: NewObject & { Key: string }, Body: NodeJS.ReadableStream) {
    const upload = new Upload({
      client: this.client,
      params: { ...object, Bucket: this.name, Body: Body as never },
      partSize: PART_BYTES,
      queueSize: MAX_CONCURRENT_PARTS,
    });
    await this.callS3('s3:PutObject', () => upload.done());
  }

  /** Returns undefined if the object does not exist. */
  head(Key: string) {
    const command = new HeadObjectCommand({ Bucket: this.name, Key });
    return this.callS3('s3:GetObject', () => undefinedIfMissing(this.client.send(command)));
  }

  /** Returns undefined if the object does not exist. */
  get(Key: string, Range?: string, IfMatch?: string) {
    const command = new GetObjectCommand({ Bucket: this.name, Key, Range, IfMatch });
    return this.callS3('s3:GetObject', () => undefinedIfMissing(this.client.send(command)));
  }

  /** Reads a small object. Returns undefined if it does not exist. */
  getText(Key: string): Promise<string | undefined> {
    return this.callS3('s3:GetObject', async () => {
      const command = new GetObjectCommand({ Bucket: this.name, Key });
      return (await undefinedIfMissing(this.client.send(command)))?.Body?.transformToString();
    });
  }

  listPage(page: Omit<ListObjectsV2CommandInput, 'Bucket'>) {
    const command = new ListObjectsV2Command({ ...page, Bucket: this.name });
    return this.callS3('s3:ListBucket', () => this.client.send(command));
  }

  async remove(Key: string): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.name, Key });
    await this.callS3('s3:DeleteObject', () => undefinedIfMissing(this.client.send(command)));
  }

  async removeAll(keys: readonly string[]): Promise<void> {
    await this.callS3('s3:DeleteObject', () => this.objectRemover.removeObjects(keys));
  }

  async listUploads(Prefix: string, KeyMarker?: string, UploadIdMarker?: string) {
    const command = new ListMultipartUploadsCommand({
      Bucket: this.name,
      Prefix,
      KeyMarker,
      UploadIdMarker,
    });
    return this.callS3('s3:ListBucketMultipartUploads', () => this.client.send(command));
  }

  async abortUpload(Key: string, UploadId: string): Promise<void> {
    const command = new AbortMultipartUploadCommand({ Bucket: this.name, Key, UploadId });
    await this.callS3('s3:AbortMultipartUpload', () =>
      undefinedIfMissing(this.client.send(command)),
    );
  }

  /** Returns a URL that is valid for `expiresIn` seconds from `signingDate`. */
  presign(
    Key: string,
    expiresIn: number,
    signingDate: Date,
    headers: { cacheControl?: string; contentDisposition?: string },
  ) {
    const command = new GetObjectCommand({
      Bucket: this.name,
      Key,
      ResponseCacheControl: headers.cacheControl,
      ResponseContentDisposition: headers.contentDisposition,
    });
    return getSignedUrl(this.client, command, {
      expiresIn,
      signingDate: new Date(signingDate.getTime() + this.clockOffsetMs),
    });
  }

  close(): void {
    this.client.destroy();
  }

  private async callS3<T>(action: string, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      throw toS3Error(error, { action, bucket: this.name });
    }
  }
}

async function undefinedIfMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isMissingObject(error)) return undefined;
    throw error;
  }
}
