import { StorageUnavailableError } from '../../errors/storage-errors.js';
import { parseArtifactName } from '../artifact-key.js';
import type { S3Bucket } from './s3-bucket.js';

/** Minimum age of an abandoned upload. No upload in progress takes this long. */
const MIN_ABANDONED_AGE_MS = 60 * 60 * 1000;

/** Yields the multipart uploads of images that started more than an hour ago. */
export async function* listAbandonedUploads(
  bucket: S3Bucket,
  prefix: string,
): AsyncGenerator<{ key: string; uploadId: string }> {
  const cutoffMs = Date.now() - MIN_ABANDONED_AGE_MS;
  let page: Awaited<ReturnType<S3Bucket['listUploads']>> | undefined;
  do {
    page = await listUploads(bucket, prefix, page?.NextKeyMarker, page?.NextUploadIdMarker);
    for (const { Key = '', UploadId, Initiated } of page?.Uploads ?? []) {
      // Other programs may upload to the same bucket.
      const isArtifact = parseArtifactName(Key.slice(prefix.length)) !== undefined;
      if (isArtifact && UploadId && Initiated && Initiated.getTime() < cutoffMs) {
        yield { key: Key, uploadId: UploadId };
      }
    }
  } while (page?.IsTruncated);
}

/**
 * Lists multipart uploads. Returns undefined if the server does not support the call or the account lacks
 * the permission. In that case, a lifecycle rule of the bucket can abort the uploads.
 */
async function listUploads(bucket: S3Bucket, ...args: [string, string?, string?]) {
  try {
    return await bucket.listUploads(...args);
  } catch (error) {
    const status = getStatus(error);
    if (status === 403 || status === 404 || status === 405 || status === 501) return undefined;
    throw error;
  }
}

function getStatus(error: unknown): number | undefined {
  if (!(error instanceof StorageUnavailableError)) return undefined;
  return (error.cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
