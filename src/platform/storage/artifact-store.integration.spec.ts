import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, vi } from 'vitest';
import { testArtifactStore } from '../../../test/support/artifact-store-suite.js';
import { openSharedBucket } from '../../../test/support/s3/shared-bucket.js';
import type { TestBucket } from '../../../test/support/s3/test-bucket.js';
import { Env } from '../config/env.js';
import { DiskArtifactStore } from './disk-artifact-store.js';
import { MigratingArtifactStore } from './migrating-artifact-store.js';
import { S3ArtifactStore } from './s3/s3-artifact-store.js';

// The timeouts are long, because the S3 server is written in Python and the machine may be shared.
vi.setConfig({ testTimeout: 120_000 });
const SERVER_START_TIMEOUT_MS = 180_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pressroom-store-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('DiskArtifactStore', () => {
  let store: DiskArtifactStore;
  beforeEach(async () => {
    store = new DiskArtifactStore(Object.assign(new Env(), { DATA_DIR: folder }));
    await store.onModuleInit();
  });
  testArtifactStore(() => store);
});

describe('Stores that use a bucket', () => {
  let bucket: TestBucket;
  let env: Env;
  beforeAll(async () => {
    bucket = await openSharedBucket();
    Object.assign(process.env, bucket.credentials);
  }, SERVER_START_TIMEOUT_MS);
  afterAll(() => bucket.close());
  beforeEach(() => {
    // Each test uses its own prefix as an empty bucket.
    const S3_PREFIX = `${bucket.settings.S3_PREFIX}${randomBytes(4).toString('hex')}`;
    env = Object.assign(new Env(), bucket.settings, { DATA_DIR: folder, S3_PREFIX });
  });

  describe('S3ArtifactStore', () => {
    let store: S3ArtifactStore;
    beforeEach(async () => {
      store = new S3ArtifactStore(env);
      await store.onModuleInit();
    });
    afterEach(() => store.onApplicationShutdown());
    testArtifactStore(() => store);
  });

  describe('MigratingArtifactStore', () => {
    let store: MigratingArtifactStore;
    beforeEach(async () => {
      const disk = new DiskArtifactStore(env);
      await disk.onModuleInit();
      store = new MigratingArtifactStore(env, new S3ArtifactStore(env), disk);
      await store.onModuleInit();
    });
    afterEach(() => store.onApplicationShutdown());
    testArtifactStore(() => store);
  });
});
