import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Env } from '../../../src/platform/config/env.js';
import { CREDENTIALS, type S3Server } from './s3-server.js';
import { startS3Server } from './start-s3-server.js';

/** A bucket for one test file, with the settings and credentials that an app needs to use it. */
export interface TestBucket {
  server: S3Server;
  settings: Record<'S3_BUCKET' | 'S3_ENDPOINT' | 'S3_REGION' | 'S3_PREFIX', string> &
    Pick<Env, 'STORAGE'>;
  /** Environment variables for the AWS credential chain. */
  credentials: Record<string, string>;
  close(): Promise<void>;
}

/**
 * Opens a bucket. `TEST_S3_ENDPOINT` and `TEST_S3_BUCKET` name an existing one, with the credentials in
 * `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`. Otherwise, creates a bucket on the server that `startServer`
 * starts and `close()` stops.
 */
export async function openTestBucket(startServer = startS3Server): Promise<TestBucket> {
  const { TEST_S3_ENDPOINT, TEST_S3_BUCKET } = process.env;
  if (TEST_S3_BUCKET) return openExistingBucket(TEST_S3_BUCKET, TEST_S3_ENDPOINT);
  const server = await startServer();
  const bucket = `pressroom-${randomBytes(6).toString('hex')}`;
  const client = new S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: CREDENTIALS,
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return {
    server,
    settings: toSettings(bucket, server.endpoint, ''),
    credentials: {
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    },
    close: () => server.stop(),
  };
}

function openExistingBucket(bucket: string, endpoint = 'https://s3.amazonaws.com'): TestBucket {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env;
  const prefix = `test-${randomBytes(6).toString('hex')}/`;
  return {
    server: { name: endpoint, endpoint, hasFullS3Api: true, stop: noop },
    settings: toSettings(bucket, endpoint, prefix),
    credentials: { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY },
    close: noop,
  };
}

const noop = async () => undefined;

const toSettings = (bucket: string, endpoint: string, prefix: string): TestBucket['settings'] => ({
  STORAGE: 's3',
  S3_BUCKET: bucket,
  S3_ENDPOINT: endpoint,
  S3_REGION: process.env.AWS_REGION ?? 'us-east-1',
  S3_PREFIX: prefix,
});
