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

// The timeouts are long, because the S3 server is written in Python and the machine may be shared.
vi.setConfig({ testTimeout: 120_000 });
const SERVER_START_TIMEOUT_MS = 180_000;

const createKey = (n: number) => String(n).repeat(64);
const TWO_HOURS_AGO = new Date(Date.now() - 2 * 60 * 60 * 1000);

describe('OrphanFiles', () => {
  let rows: TestRows;
  let folder: string;
  let store: DiskArtifactStore;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    rows = await TestRows.open();
    await rows.insertArtifact(createKey(1));
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
  const putFile = async (n: number, storedAt?: Date) => {
    const temporaryPath = store.createTemporaryPath();
    await writeFile(temporaryPath, 'content');
    await store.put(temporaryPath, createKey(n), 'jpeg');
    if (storedAt) await utimes(store.getPath(createKey(n), 'jpeg'), storedAt, storedAt);
  };
  const listStoredNumbers = async () =>
    (await readdir(join(folder, 'artifacts'), { recursive: true }))
      .filter((name) => name.endsWith('.jpg'))
      .map((name) => Number(name.at(-5)))
      .toSorted((a, b) => a - b);

  it('OrphanFiles keeps every file and does not claim the storage until a restore has ended', async () => {
    await rows.dataSource.query(`CREATE TABLE ${RESTORE_PROGRESS_TABLE} ()`);
    try {
      await putFile(2, TWO_HOURS_AGO);
      await removeOrphans();
      expect(await listStoredNumbers()).toEqual([2]);
      expect(await store.isClaimedByAnotherDatabase('another database')).toBe(false);
    } finally {
      await rows.dataSource.query(`DROP TABLE ${RESTORE_PROGRESS_TABLE}`);
    }
  });

  it('OrphanFiles removes only old files without an artifact', async () => {
    await putFile(1, TWO_HOURS_AGO);
    await putFile(2, TWO_HOURS_AGO);
    await putFile(3);
    const otherFile = join(folder, 'artifacts', 'readme.txt');
    await writeFile(otherFile, 'mine');
    await utimes(otherFile, TWO_HOURS_AGO, TWO_HOURS_AGO);
    await removeOrphans();
    expect(await listStoredNumbers()).toEqual([1, 3]);
    expect(await readdir(join(folder, 'artifacts'))).toContain('readme.txt');
    expect(await rows.dataSource.query('SELECT key FROM artifacts')).toEqual([
      { key: createKey(1) },
    ]);
  });

  it('OrphanFiles removes old temporary files and keeps recent ones', async () => {
    const [oldFile, recentFile] = [store.createTemporaryPath(), store.createTemporaryPath()];
    await Promise.all([writeFile(oldFile, 'x'), writeFile(recentFile, 'x')]);
    await utimes(oldFile, TWO_HOURS_AGO, TWO_HOURS_AGO);
    await removeOrphans();
    expect((await readdir(join(folder, 'tmp'))).map((name) => join(folder, 'tmp', name))).toEqual([
      recentFile,
    ]);
  });

  it('OrphanFiles keeps every file that belongs to another database', async () => {
    await putFile(1, TWO_HOURS_AGO);
    await putFile(2, TWO_HOURS_AGO);
    const otherRows = await TestRows.open();
    expect(
      await store.claimForDatabase(await new ArtifactsRepository(rows.dataSource).readDatabaseId()),
    ).toBe(true);
    await removeOrphans(otherRows.dataSource);
    expect(await listStoredNumbers()).toEqual([1, 2]);
    await otherRows.close();
    await removeOrphans();
    expect(await listStoredNumbers()).toEqual([1]);
  });

  it('DiskArtifactStore lists no files when the artifact folder is missing', async () => {
    await rm(join(folder, 'artifacts'), { recursive: true });
    const batches = [];
    for await (const files of store.list()) batches.push(files);
    expect(batches).toEqual([]);
  });
});

describe('OrphanFiles with a bucket', () => {
  let rows: TestRows;
  let bucket: TestBucket;
  let folder: string;
  let store: S3ArtifactStore;

  beforeAll(async () => {
    rows = await TestRows.open();
    await rows.insertArtifact(createKey(1));
    bucket = await openSharedBucket();
    for (const [name, value] of Object.entries(bucket.credentials)) vi.stubEnv(name, value);
    folder = await mkdtemp(join(tmpdir(), 'pressroom-orphans-'));
    store = new S3ArtifactStore(
      Object.assign(new Env(), bucket.settings, { DATA_DIR: folder, S3_PREFIX: 'orphans' }),
    );
    await store.onModuleInit();
  }, SERVER_START_TIMEOUT_MS);
  afterAll(async () => {
    vi.unstubAllEnvs();
    store.onApplicationShutdown();
    await bucket.close();
    await rm(folder, { recursive: true });
    await rows.close();
  });

  it('OrphanFiles removes bucket objects that have no artifact and are at least an hour old', async () => {
    for (const n of [1, 2, 3]) {
      const temporaryPath = store.createTemporaryPath();
      await writeFile(temporaryPath, 'content');
      await store.put(temporaryPath, createKey(n), 'jpeg');
    }
    const removeOrphansAndListRemaining = async () => {
      const artifacts = new ArtifactsRepository(rows.dataSource);
      await new OrphanFiles(artifacts, store).removeOrphans(new AbortController().signal);
      const isStored = await Promise.all([1, 2, 3].map((n) => store.has(createKey(n), 'jpeg')));
      return [1, 2, 3].filter((_, index) => isStored[index]);
    };
    expect(await removeOrphansAndListRemaining()).toEqual([1, 2, 3]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 60 * 60 * 1000 });
    try {
      expect(await removeOrphansAndListRemaining()).toEqual([1]);
    } finally {
      vi.useRealTimers();
    }
  });
});
