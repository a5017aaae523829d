import { inject } from 'vitest';
import type { S3Server } from './s3-server.js';
import type { S3ServerInfo } from './shared-s3-server.js';
import { openTestBucket, type TestBucket } from './test-bucket.js';

/** Opens a bucket for one test file, on the S3 server that all test files share. */
export const openSharedBucket = (): Promise<TestBucket> => openTestBucket(findSharedServer);

async function findSharedServer(): Promise<S3Server> {
  const response = await fetch(inject('sharedS3Url'));
  if (!response.ok) throw new Error(`The S3 server did not start: ${await response.text()}`);
  const info = (await response.json()) as S3ServerInfo;
  // The global teardown stops the server.
  return { ...info, stop: () => Promise.resolve() };
}
