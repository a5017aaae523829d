import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestRows } from '../../../test/support/rows.js';
import { openSharedBucket } from '../../../test/support/s3/shared-bucket.js';
import type { TestBucket } from '../../../test/support/s3/test-bucket.js';
import { Env } from '../../platform/config/env.js';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { RESTORE_PROGRESS_TABLE } from '../../platform/database/unfinished-restore.js';
import { DiskArtifactStore } from '../../platform/storage/disk-artifact-store.js';
import { S3ArtifactStore } from '../../platform/storage/s3/s3-artifact-store.js';
import { OrphanFiles } from './orphan-files.js';

// A server in Python on a machine that others use as well.
vi.setConfig({ testTimeout: 120_000 });
const SERVER_START_MS = 180_000;

const keyOf = (n: number) => String(n).repeat(64);
const LONG_AGO = new Date(Date.now() - 2 * 60 * 60 * 1000);

describe('OrphanFiles', () => {
  let rows: TestRows;
  let folder: string;
  let store: DiskArtifactStore;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    rows = await TestRows.open();
    await rows.insertArtifact(keyOf(1));
  });
  afterAll(() => rows.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-orphans-'));
    store = new DiskArtifactStore(Object.assign(new Env(), { DATA_DIR: folder }));
    await store.onModuleInit();
  });
  afterEach(() => rm(folder, { recursive: true }));

  const removeOrphans = (dataSource = rows.dataSource) =>
    new OrphanFiles(new ArtifactsRepository(dataSource), store).removeOrphans(
      new AbortController().signal,
    );
  const put = async (n: number, storedAt?: Date) => {
    const temporary = store.temporaryPath();
    await writeFile(temporary, 'content');
    await store.put(temporary, keyOf(n), 'jpeg');
    if (storedAt) await utimes(store.getPath(keyOf(n), 'jpeg'), storedAt, storedAt);
  };
  const stored = async () =>
    (await readdir(join(folder, 'artifacts'), { recursive: true }))
      .filter((name) => name.endsWith('.jpg'))
      .map((name) => Number(name.at(-5)))
      .toSorted((a, b) => a - b);

  it('OrphanFiles keeps every file and claims no storage until a restore has ended', async () => {
    await rows.dataSource.query(`CREATE TABLE ${RESTORE_PROGRESS_TABLE} ()`);
    try {
      await put(2, LONG_AGO);
      await removeOrphans();
      expect(await stored()).toEqual([2]);
      expect(await store.isClaimedByAnother('another database')).toBe(false);
    } finally {
      await rows.dataSource.query(`DROP TABLE ${RESTORE_PROGRESS_TABLE}`);
    }
  });

  it('OrphanFiles removes only old files without an artifact', async () => {
    await put(1, LONG_AGO);
    await put(2, LONG_AGO);
    await put(3);
    const foreign = join(folder, 'artifacts', 'readme.txt');
    await writeFile(foreign, 'mine');
    await utimes(foreign, LONG_AGO, LONG_AGO);
    await removeOrphans();
    expect(await stored()).toEqual([1, 3]);
    expect(await readdir(join(folder, 'artifacts'))).toContain('readme.txt');
    expect(await rows.dataSource.query('SELECT key FROM artifacts')).toEqual([{ key: keyOf(1) }]);
  });

  it('OrphanFiles removes old temporary files that are not in use', async () => {
    const [old, fresh] = [store.temporaryPath(), store.temporaryPath()];
    await Promise.all([writeFile(old, 'x'), writeFile(fresh, 'x')]);
    await utimes(old, LONG_AGO, LONG_AGO);
    await removeOrphans();
    expect((await readdir(join(folder, 'tmp'))).map((name) => join(folder, 'tmp', name))).toEqual([
      fresh,
    ]);
  });

  it('OrphanFiles keeps every file that belongs to another database', async () => {
    await put(1, LONG_AGO);
    await put(2, LONG_AGO);
    const other = await TestRows.open();
    expect(
      await store.claimFor(await new ArtifactsRepository(rows.dataSource).readDatabaseId()),
    ).toBe(true);
    await removeOrphans(other.dataSource);
    expect(await stored()).toEqual([1, 2]);
    await other.close();
    await removeOrphans();
    expect(await stored()).toEqual([1]);
  });

  it('OrphanFiles does not fail when the folder is missing', async () => {
    await rm(join(folder, 'artifacts'), { recursive: true });
    const folders = [];
    for await (const files of store.list()) folders.push(files);
    expect(folders).toEqual([]);
  });
});

describe('OrphanFiles in a bucket', () => {
  let rows: TestRows;
  let bucket: TestBucket;
  let folder: string;
  let store: S3ArtifactStore;

  beforeAll(async () => {
    rows = await TestRows.open();
    await rows.insertArtifact(keyOf(1));
    bucket = await openSharedBucket();
    for (const [name, value] of Object.entries(bucket.credentials)) vi.stubEnv(name, value);
    folder = await mkdtemp(join(tmpdir(), 'pressroom-orphans-'));
    store = new S3ArtifactStore(
      Object.assign(new Env(), bucket.settings, { DATA_DIR: folder, S3_PREFIX: 'orphans' }),
    );
    await store.onModuleInit();
  }, SERVER_START_MS);
  afterAll(async () => {
    vi.unstubAllEnvs();
    store.onApplicationShutdown();
    await bucket.close();
    await rm(folder, { recursive: true });
    await rows.close();
  });

  it('OrphanFiles in a bucket removes objects that have no artifact and are an hour old', async () => {
    for (const n of [1, 2, 3]) {
      const temporary = store.temporaryPath();
      await writeFile(temporary, 'content');
      await store.put(temporary, keyOf(n), 'jpeg');
    }
    const removeOrphans = async () => {
      const artifacts = new ArtifactsRepository(rows.dataSource);
      await new OrphanFiles(artifacts, store).removeOrphans(new AbortController().signal);
      const found = await Promise.all([1, 2, 3].map((n) => store.has(keyOf(n), 'jpeg')));
      return [1, 2, 3].filter((_, at) => found[at]);
    };
    expect(await removeOrphans()).toEqual([1, 2, 3]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 60 * 60 * 1000 });
    try {
      expect(await removeOrphans()).toEqual([1]);
    } finally {
      vi.useRealTimers();
    }
  });
});
