import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSharedBucket } from '../../../test/support/s3/shared-bucket.js';
import type { TestBucket } from '../../../test/support/s3/test-bucket.js';
import { Env } from '../config/env.js';
import { DiskArtifactStore } from './disk-artifact-store.js';
import { MigratingArtifactStore } from './migrating-artifact-store.js';
import { BucketMigration } from './bucket-migration.js';
import { openStorage } from './storage-drivers.js';
import { S3ArtifactStore } from './s3/s3-artifact-store.js';

// The timeouts are long, because the S3 server is written in Python and the machine may be shared.
vi.setConfig({ testTimeout: 120_000 });
const SERVER_START_TIMEOUT_MS = 180_000;

const FILE_COUNT = 20;

describe('BucketMigration', () => {
  let testBucket: TestBucket;
  let env: Env;
  let disk: DiskArtifactStore;
  let bucket: S3ArtifactStore;
  let keys: string[];

  beforeAll(async () => {
    testBucket = await openSharedBucket();
  }, SERVER_START_TIMEOUT_MS);
  afterAll(() => testBucket.close());
  beforeEach(async () => {
    for (const [name, value] of Object.entries(testBucket.credentials)) vi.stubEnv(name, value);
    env = Object.assign(new Env(), testBucket.settings, {
      DATA_DIR: await mkdtemp(join(tmpdir(), 'pressroom-move-')),
      S3_PREFIX: `${testBucket.settings.S3_PREFIX}${randomBytes(4).toString('hex')}/`,
    });
    disk = new DiskArtifactStore(env);
    await disk.onModuleInit();
    bucket = new S3ArtifactStore(env);
    keys = Array.from({ length: FILE_COUNT }, () => randomBytes(32).toString('hex'));
    await Promise.all(keys.map((key) => put(disk, key)));
    await disk.claimForDatabase('the database');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    bucket.onApplicationShutdown();
    await rm(env.DATA_DIR, { recursive: true });
  });

  async function put(store: DiskArtifactStore | S3ArtifactStore, key: string, content = key) {
    const path = store.createTemporaryPath();
    await writeFile(path, content);
    await store.put(path, key, 'jpeg');
  }
  const readContent = async (store: S3ArtifactStore | MigratingArtifactStore, key: string) => {
    const artifact = await store.read(key, 'jpeg');
    return artifact && text(artifact.content);
  };
  async function moveAll(afterBatch?: () => void, signal = new AbortController().signal) {
    const migration = new BucketMigration(disk, bucket);
    const batches = migration.moveFiles(signal);
    let batch = await batches.next();
    for (; !batch.done; batch = await batches.next()) afterBatch?.();
    return { otherFiles: batch.value, ...migration.progress };
  }

  it('BucketMigration moves every file and the database claim, then removes the folder', async () => {
    const { otherFiles, movedCount, alreadyStoredCount } = await moveAll();
    expect({ otherFiles, movedCount, alreadyStoredCount }).toEqual({
      otherFiles: [],
      movedCount: FILE_COUNT,
      alreadyStoredCount: 0,
    });
    expect(await Promise.all(keys.map((key) => readContent(bucket, key)))).toEqual(keys);
    expect(existsSync(join(env.DATA_DIR, 'artifacts'))).toBe(false);
    expect(await bucket.isClaimedByAnotherDatabase('the database')).toBe(false);
    expect(await bucket.isClaimedByAnotherDatabase('another')).toBe(true);
    expect(await openStorage(env)).toBeInstanceOf(S3ArtifactStore);
  });

  it('BucketMigration resumes an interrupted run', async () => {
    const abortController = new AbortController();
    const first = await moveAll(() => abortController.abort(), abortController.signal);
    expect(first.movedCount).toBeGreaterThan(0);
    expect(first.movedCount).toBeLessThan(FILE_COUNT);
    const second = await moveAll();
    expect(first.movedCount + second.movedCount).toBe(FILE_COUNT);
    expect(await Promise.all(keys.map((key) => readContent(bucket, key)))).toEqual(keys);
  });

  it('BucketMigration keeps files that an instance stored in the bucket during the move', async () => {
    await put(bucket, keys[0], 'stored by the app');
    expect(await moveAll()).toMatchObject({ movedCount: FILE_COUNT - 1, alreadyStoredCount: 1 });
    expect(await readContent(bucket, keys[0])).toBe('stored by the app');
  });

  it('BucketMigration keeps files that are not images', async () => {
    await writeFile(join(env.DATA_DIR, 'artifacts', 'readme.txt'), 'mine');
    expect((await moveAll()).otherFiles).toEqual(['readme.txt']);
    expect(existsSync(join(env.DATA_DIR, 'artifacts', 'readme.txt'))).toBe(true);
  });

  it('BucketMigration moves nothing to a bucket that belongs to another database', async () => {
    await bucket.claimForDatabase('another');
    await expect(moveAll()).rejects.toMatchObject({ code: 'storage_claimed' });
    expect(await disk.has(keys[0], 'jpeg')).toBe(true);
  });

  it('BucketMigration keeps every image readable during the move', async () => {
    const app = new MigratingArtifactStore(env, bucket, disk);
    const failures: unknown[] = [];
    let readCount = 0;
    const readersAbort = new AbortController();
    const readUntilAborted = async (firstIndex: number) => {
      for (let index = firstIndex; !readersAbort.signal.aborted; index += 1) {
        const key = keys[index % FILE_COUNT];
        const content = await readContent(app, key).catch((error: unknown) => error);
        readCount += 1;
        if (content !== key) failures.push(content);
      }
    };
    const readers = [0, 5, 10, 15].map(readUntilAborted);
    await moveAll();
    readersAbort.abort();
    await Promise.all(readers);
    expect(failures).toEqual([]);
    expect(readCount).toBeGreaterThan(4);
    expect(await openStorage(env)).toBeInstanceOf(S3ArtifactStore);
  });
});
