import { DeleteObjectCommand, DeleteObjectsCommand, type S3Client } from '@aws-sdk/client-s3';
import { isMissingObject } from './s3-errors.js';

/** Limit of DeleteObjects. */
const MAX_KEYS = 1000;
const SINGLE_AT_ONCE = 16;

/**
 * Errors of a server that has no DeleteObjects, or that requires Content-MD5, which the SDK no longer
 * sends.
 */
const REFUSAL =
  /^(MissingContentMD5|InvalidRequest|InvalidDigest|NotImplemented|MethodNotAllowed|MalformedXML)$/;

/** Removes objects with DeleteObjects, or one by one if the server rejects that call. */
export class ObjectRemoval {
  private isRefused = false;

  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  /** Removes objects. Ignores missing ones. */
  async removeObjects(keys: readonly string[]): Promise<void> {
    for (let from = 0; from < keys.length; from += MAX_KEYS) {
      const batch = keys.slice(from, from + MAX_KEYS);
      if (batch.length === 1 || this.isRefused) await this.removeSingly(batch);
      else await this.removeTogether(batch);
    }
  }

  private async removeTogether(keys: readonly string[]): Promise<void> {
    const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
    try {
      const { Errors = [] } = await this.client.send(
        new DeleteObjectsCommand({ Bucket: this.bucket, Delete }),
      );
      // Removes these one by one, to get an error that shows the fault.
      await this.removeSingly(Errors.flatMap(({ Key }) => Key ?? []));
    } catch (error) {
      if (!REFUSAL.test((error as Error).name)) throw error;
      this.isRefused = true;
      await this.removeSingly(keys);
    }
  }

  private async removeSingly(keys: readonly string[]): Promise<void> {
    for (let from = 0; from < keys.length; from += SINGLE_AT_ONCE) {
      const batch = keys.slice(from, from + SINGLE_AT_ONCE);
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
