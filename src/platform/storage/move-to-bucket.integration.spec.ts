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
import { MoveToBucket } from './move-to-bucket.js';
import { openStorage } from './open-storage.js';
import { S3ArtifactStore } from './s3/s3-artifact-store.js';

// A server in Python on a machine that others use as well.
vi.setConfig({ testTimeout: 120_000 });
const SERVER_START_MS = 180_000;

const FILES = 20;

describe('MoveToBucket', () => {
  let testBucket: TestBucket;
  let env: Env;
  let disk: DiskArtifactStore;
  let bucket: S3ArtifactStore;
  let keys: string[];

  beforeAll(async () => {
    testBucket = await openSharedBucket();
  }, SERVER_START_MS);
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
    keys = Array.from({ length: FILES }, () => randomBytes(32).toString('hex'));
    await Promise.all(keys.map((key) => put(disk, key)));
    await disk.claimFor('the database');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    bucket.onApplicationShutdown();
    await rm(env.DATA_DIR, { recursive: true });
  });

  async function put(store: DiskArtifactStore | S3ArtifactStore, key: string, content = key) {
    const path = store.temporaryPath();
    await writeFile(path, content);
    await store.put(path, key, 'jpeg');
  }
  const contentOf = async (store: S3ArtifactStore | MigratingArtifactStore, key: string) => {
    const found = await store.read(key, 'jpeg');
    return found && text(found.content);
  };
  async function moveAll(afterBatch?: () => void, signal = new AbortController().signal) {
    const move = new MoveToBucket(disk, bucket);
    const steps = move.moveFiles(signal);
    let step = await steps.next();
    for (; !step.done; step = await steps.next()) afterBatch?.();
    return { left: step.value, ...move.progress };
  }

  it('MoveToBucket moves every file and the claim of the database, and removes the folder', async () => {
    const { left, moved, present } = await moveAll();
    expect({ left, moved, present }).toEqual({ left: [], moved: FILES, present: 0 });
    expect(await Promise.all(keys.map((key) => contentOf(bucket, key)))).toEqual(keys);
    expect(existsSync(join(env.DATA_DIR, 'artifacts'))).toBe(false);
    expect(await bucket.isClaimedByAnother('the database')).toBe(false);
    expect(await bucket.isClaimedByAnother('another')).toBe(true);
    expect(await openStorage(env)).toBeInstanceOf(S3ArtifactStore);
  });

  it('MoveToBucket resumes an interrupted run', async () => {
    const stop = new AbortController();
    const first = await moveAll(() => stop.abort(), stop.signal);
    expect(first.moved).toBeGreaterThan(0);
    expect(first.moved).toBeLessThan(FILES);
    const second = await moveAll();
    expect(first.moved + second.moved).toBe(FILES);
    expect(await Promise.all(keys.map((key) => contentOf(bucket, key)))).toEqual(keys);
  });

  it('MoveToBucket keeps files that an app stored in the bucket meanwhile', async () => {
    await put(bucket, keys[0], 'stored by the app');
    expect(await moveAll()).toMatchObject({ moved: FILES - 1, present: 1 });
    expect(await contentOf(bucket, keys[0])).toBe('stored by the app');
  });

  it('MoveToBucket keeps files that are not images', async () => {
    await writeFile(join(env.DATA_DIR, 'artifacts', 'readme.txt'), 'mine');
    expect((await moveAll()).left).toEqual(['readme.txt']);
    expect(existsSync(join(env.DATA_DIR, 'artifacts', 'readme.txt'))).toBe(true);
  });

  it('MoveToBucket moves nothing to a bucket of another database', async () => {
    await bucket.claimFor('another');
    await expect(moveAll()).rejects.toMatchObject({ code: 'storage_claimed' });
    expect(await disk.has(keys[0], 'jpeg')).toBe(true);
  });

  it('MoveToBucket keeps every image readable during the move', async () => {
    const app = new MigratingArtifactStore(env, bucket, disk);
    const failures: unknown[] = [];
    let reads = 0;
    const moving = new AbortController();
    const reader = async (from: number) => {
      for (let at = from; !moving.signal.aborted; at += 1) {
        const key = keys[at % FILES];
        const content = await contentOf(app, key).catch((error: unknown) => error);
        reads += 1;
        if (content !== key) failures.push(content);
      }
    };
    const readers = [0, 5, 10, 15].map(reader);
    await moveAll();
    moving.abort();
    await Promise.all(readers);
    expect(failures).toEqual([]);
    expect(reads).toBeGreaterThan(4);
    expect(await openStorage(env)).toBeInstanceOf(S3ArtifactStore);
  });
});
