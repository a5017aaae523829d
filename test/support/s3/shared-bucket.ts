import { inject } from 'vitest';
import type { S3Server } from './s3-server.js';
import type { S3ServerFacts } from './shared-s3-server.js';
import { openTestBucket, type TestBucket } from './test-bucket.js';

/** Opens a bucket of a test file's own, on the S3 server that all files of the run share. */
export const openSharedBucket = (): Promise<TestBucket> => openTestBucket(findSharedServer);

async function findSharedServer(): Promise<S3Server> {
  const response = await fetch(inject('sharedS3Url'));
  if (!response.ok) throw new Error(`The S3 server did not start: ${await response.text()}`);
  const facts = (await response.json()) as S3ServerFacts;
  // It ends with the run.
  return { ...facts, stop: () => Promise.resolve() };
}
