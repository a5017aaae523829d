import type { RedirectUrl } from '../artifact-store.js';
import type { S3Bucket } from './s3-bucket.js';

/** URLs issued within the same half hour are identical, so browsers can cache the image. */
const SIGNING_WINDOW_SECONDS = 1800;
const MAX_VALIDITY_SECONDS = 2 * SIGNING_WINDOW_SECONDS;

/**
 * Returns a presigned URL, which needs no credentials.
 * @param maxSeconds maximum validity in seconds; by default, half an hour to an hour
 * @param contentDisposition `Content-Disposition` header of the response
 */
export async function presignRedirect(
  bucket: S3Bucket,
  key: string,
  { maxSeconds, contentDisposition }: { maxSeconds?: number; contentDisposition?: string } = {},
): Promise<RedirectUrl> {
  if (maxSeconds !== undefined) {
    const seconds = Math.min(maxSeconds, MAX_VALIDITY_SECONDS);
    const cacheControl = `private, max-age=${maxSeconds}, immutable`;
    const url = await bucket.presign(key, seconds, new Date(), {
      cacheControl,
      contentDisposition,
    });
    return { url, maxAgeSeconds: Math.floor(seconds / 2) };
  }
  const windowMs = SIGNING_WINDOW_SECONDS * 1000;
  const signingDate = new Date(Math.floor(Date.now() / windowMs) * windowMs);
  const url = await bucket.presign(key, MAX_VALIDITY_SECONDS, signingDate, { contentDisposition });
  return { url, maxAgeSeconds: SIGNING_WINDOW_SECONDS / 2 };
}
