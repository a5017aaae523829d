import type { Env } from '../config/env.js';
import type { ArtifactStore } from './artifact-store.js';
import { DiskArtifactStore } from './disk-artifact-store.js';
import { MigratingArtifactStore } from './migrating-artifact-store.js';

/** Creates the storage that `STORAGE` selects. The AWS SDK is loaded only when it is needed. */
export async function openStorage(env: Env): Promise<ArtifactStore> {
  const disk = new DiskArtifactStore(env);
  if (env.STORAGE === 'disk') return disk;
  const { S3ArtifactStore } = await import('./s3/s3-artifact-store.js');
  const bucket = new S3ArtifactStore(env);
  return (await disk.exists()) ? new MigratingArtifactStore(env, bucket, disk) : bucket;
}
