import { DeleteObjectCommand, DeleteObjectsCommand, type S3Client } from '@aws-sdk/client-s3';
import { isMissingObject } from './s3-errors.js';

/** Maximum number of keys in one DeleteObjects call. */
const MAX_BATCH_KEYS = 1000;
const MAX_CONCURRENT_CALLS = 16;

/**
 * Errors from servers that do not support DeleteObjects, or that require the Content-MD5 header. The SDK
 * no longer sends this header.
 */
const BATCH_REJECTION =
  /^(MissingContentMD5|InvalidRequest|InvalidDigest|NotImplemented|MethodNotAllowed|MalformedXML)$/;

/** Removes objects with DeleteObjects, or one by one if the server rejects that call. */
export class ObjectRemover {
  private isBatchRejected = false;

  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  /** Removes objects. Ignores missing ones. */
  async removeObjects(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += MAX_BATCH_KEYS) {
      const batch = keys.slice(start, start + MAX_BATCH_KEYS);
      if (batch.length === 1 || this.isBatchRejected) await this.removeOneByOne(batch);
      else await this.removeBatch(batch);
    }
  }

  private async removeBatch(keys: readonly string[]): Promise<void> {
    const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
    try {
      const { Errors = [] } = await this.client.send(
        new DeleteObjectsCommand({ Bucket: this.bucket, Delete }),
      );
      // Removes the failed objects one by one, because a single call returns a more specific error.
      await this.removeOneByOne(Errors.flatMap(({ Key }) => Key ?? []));
    } catch (error) {
      if (!BATCH_REJECTION.test((error as Error).name)) throw error;
      this.isBatchRejected = true;
      await this.removeOneByOne(keys);
    }
  }

  private async removeOneByOne(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += MAX_CONCURRENT_CALLS) {
      const batch = keys.slice(start, start + MAX_CONCURRENT_CALLS);
      await Promise.all(batch.map((key) => this.removeObject(key)));
    }
  }

  private async removeObject(Key: string): Promise<void> {
    try {
      await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key }));
    } catch (error) {
      if (!isMissingObject(error)) throw error;
    }
  }
}
