import { resolve } from 'node:path';
import type { StorageEnv } from './storage-env.js';

export type ImageDelivery = 'proxy' | 'redirect' | 'direct';

/** Returns how images are delivered; always `proxy` for disk storage. */
export function imageDelivery({
  STORAGE,
  S3_DELIVERY,
  S3_PUBLIC_URL,
}: Pick<StorageEnv, 'STORAGE' | 'S3_DELIVERY' | 'S3_PUBLIC_URL'>): ImageDelivery {
  if (STORAGE !== 's3') return 'proxy';
  if (S3_DELIVERY !== '') return S3_DELIVERY;
  return S3_PUBLIC_URL === undefined ? 'proxy' : 'direct';
}

/** Returns `S3_PREFIX` with a trailing slash, or an empty string. */
export const objectPrefix = ({ S3_PREFIX }: Pick<StorageEnv, 'S3_PREFIX'>): string =>
  S3_PREFIX === '' || S3_PREFIX.endsWith('/') ? S3_PREFIX : `${S3_PREFIX}/`;

/** Returns a string that identifies the storage. */
export const storageLocation = (
  env: Pick<StorageEnv, 'STORAGE' | 'S3_BUCKET' | 'S3_ENDPOINT' | 'S3_PREFIX'> & {
    DATA_DIR: string;
  },
): string =>
  env.STORAGE === 's3'
    ? `${env.S3_ENDPOINT ?? 's3:'}/${env.S3_BUCKET}/${objectPrefix(env)}`
    : resolve(env.DATA_DIR);

/** Returns the base URL of public images with a trailing slash; undefined without `S3_PUBLIC_URL`. */
export function publicImageBaseUrl(
  env: Pick<StorageEnv, 'S3_PUBLIC_URL' | 'S3_PREFIX'>,
): string | undefined {
  const url = env.S3_PUBLIC_URL;
  return url && `${url.endsWith('/') ? url : `${url}/`}${objectPrefix(env)}`;
}

/** Returns an error message for each conflict between settings that are valid on their own. */
export function findStorageConflicts(env: StorageEnv): string[] {
  if (env.STORAGE !== 's3') return [];
  const delivery = imageDelivery(env);
  const conflicts: string[] = [];
  if (delivery === 'direct' && env.S3_PUBLIC_URL === undefined) {
    conflicts.push(
      'S3_PUBLIC_URL: S3_DELIVERY=direct needs the public URL of the bucket. Set S3_PUBLIC_URL, or use S3_DELIVERY=proxy',
    );
  }
  if (env.IMAGE_URL_TTL > 0 && delivery !== 'proxy' && env.S3_PUBLIC_URL !== undefined) {
    conflicts.push(
      'IMAGE_URL_TTL: URLs under S3_PUBLIC_URL never expire. Set IMAGE_URL_TTL=0 or S3_DELIVERY=proxy, or remove S3_PUBLIC_URL',
    );
  }
  return conflicts;
}
