import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../../../test/support/database.js';
import { completed, RowWork } from '../../../test/support/row-work.js';
import { openTestBucket, type TestBucket } from '../../../test/support/s3/test-bucket.js';
import { Env } from '../../platform/config/env.js';
import { TAKE_BACKUP_LOCK } from '../../platform/database/backup-lock.js';
import { dataSourceOptions } from '../../platform/database/data-source.js';
import { migrations } from '../../platform/database/migrations/index.js';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import type { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { DiskArtifactStore } from '../../platform/storage/disk-artifact-store.js';
import { S3ArtifactStore } from '../../platform/storage/s3/s3-artifact-store.js';
import { BackupFolder } from './backup-folder.js';
import { createBackup } from './create-backup.js';
import { type OpenDataSource, restoreBackup } from './restore-backup.js';
import { RestoreTarget } from './restore-target.js';

const IMAGES = 40;
const SERVER_START_MS = 60_000;
const work = RowWork.forThisFile();
const ignore = () => undefined;

describe('a backup', () => {
  let folder: string;
  let store: DiskArtifactStore;
  let requestId: string;
  const databases: TestDatabase[] = [];
  const keyOf = (n: number) => createHash('sha256').update(String(n)).digest('hex');
  const contentOf = (n: number) => `picture ${n}`;

  const openDisk = async (name: string) => {
    const disk = new DiskArtifactStore(Object.assign(new Env(), { DATA_DIR: join(folder, name) }));
    await disk.onModuleInit();
    return disk;
  };
  const put = async (to: ArtifactStore, key: string, content: string) => {
    const path = to.temporaryPath();
    await writeFile(path, content);
    await to.put(path, key, 'jpeg');
  };
  const backUp = (to: string, from: ArtifactStore = store, dataSource = work.rows.dataSource) =>
    createBackup(dataSource, from, new BackupFolder(join(folder, to)), ignore);
  const newDatabase = async () => {
    const database = await createEmptyDatabase();
    databases.push(database);
    const options = dataSourceOptions(database.url, 3);
    const open: OpenDataSource = (isWanted) =>
      new DataSource({
        ...options,
        migrations: migrations.filter(({ name }) => isWanted(name)),
      }).initialize();
    return { database, open };
  };
  const restore = async (
    from: string,
    to: ArtifactStore,
    dataDir: string,
    open: OpenDataSource,
  ) => {
    const backup = new BackupFolder(join(folder, from));
    const snapshot = (await backup.snapshots()).at(-1)!;
    return restoreBackup({
      folder: backup,
      snapshot,
      manifest: await backup.readManifest(snapshot),
      store: to,
      target: new RestoreTarget(join(folder, dataDir), to),
      open,
      onProgress: ignore,
    });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-backup-'));
    store = await openDisk('data');
    await work.rows.dataSource.query('TRUNCATE artifacts, images, processing_requests');
    const { id, images } = await work.rows.request(IMAGES);
    requestId = id;
    for (const [n, image] of images.entries()) {
      const content = contentOf(n);
      const sha256 = createHash('sha256').update(content).digest('hex');
      await put(store, keyOf(n), content);
      await work.rows.artifact(keyOf(n), { bytes: content.length, sha256 });
      await work.end(await work.claim([image]), completed({ artifactKey: keyOf(n) }));
    }
  });
  afterAll(async () => {
    await Promise.all(databases.map((database) => database.drop()));
    await rm(folder, { recursive: true });
  });

  it('a backup copies each image once, and a folder that only its owner can read', async () => {
    expect((await backUp('twice')).images).toMatchObject({ files: IMAGES, copied: IMAGES });
    const { images, snapshot } = await backUp('twice');
    expect(images).toMatchObject({ files: IMAGES, copied: 0, lost: [] });
    const backup = new BackupFolder(join(folder, 'twice'));
    expect(await backup.snapshots()).toHaveLength(2);
    expect((await stat(join(folder, 'twice'))).mode & 0o777).toBe(0o700);
    const secret = join(backup.snapshotPath(snapshot), 'server_secrets.copy.gz');
    expect((await stat(secret)).mode & 0o777).toBe(0o600);
  });

  it('a backup keeps garbage collection from removing files', async () => {
    const { dataSource } = work.rows;
    const artifacts = new ArtifactsRepository(dataSource);
    await work.rows.artifact('9'.repeat(64));
    await dataSource.query(`UPDATE artifacts SET sweep_after = now() WHERE key = $1`, [
      '9'.repeat(64),
    ]);
    const [client, release] = await (dataSource.driver as PostgresDriver).obtainMasterConnection();
    await (client as PoolClient).query('BEGIN');
    await (client as PoolClient).query(TAKE_BACKUP_LOCK);
    expect(await artifacts.collectGarbage(10, async () => undefined)).toBe(0);
    await (client as PoolClient).query('COMMIT');
    release();
    expect(await artifacts.collectGarbage(10, async () => undefined)).toBe(1);
  });

  it('a backup lists the images that the storage has lost, and repeats what an interruption left', async () => {
    const name = `${keyOf(3)}.jpg`;
    await unlink(store.pathOf(keyOf(3), 'jpeg'));
    expect((await backUp('lost')).images).toMatchObject({ files: IMAGES - 1, lost: [name] });
    await put(store, keyOf(3), 'changed');
    expect((await backUp('lost')).images.lost).toEqual([name]);
    await put(store, keyOf(3), contentOf(3));
    const backup = new BackupFolder(join(folder, 'lost'));
    const interrupted = await backup.createSnapshot(new Date(0));
    expect((await backUp('lost')).images).toMatchObject({ files: IMAGES, copied: 1 });
    await expect(stat(backup.snapshotPath(interrupted))).rejects.toThrow('ENOENT');
  });

  it('a backup refuses a folder with other content', async () => {
    await expect(backUp('data')).rejects.toThrow(/has other content \(artifacts/);
  });

  it('a restore continues after it was interrupted between images and rows', async () => {
    await backUp('interrupted');
    const { database, open } = await newDatabase();
    const to = await openDisk('interrupted-data');
    const failing: OpenDataSource = async (isWanted) => {
      const dataSource = await open(isWanted);
      // Migrations need it, after the images are restored.
      dataSource.driver.createQueryRunner = () => {
        throw new Error('interrupted');
      };
      return dataSource;
    };
    await expect(restore('interrupted', to, 'interrupted-data', failing)).rejects.toThrow(
      'interrupted',
    );
    expect(await restore('interrupted', to, 'interrupted-data', open)).toMatchObject({
      files: IMAGES,
      lost: [],
    });
    const dataSource = await new DataSource(dataSourceOptions(database.url, 1)).initialize();
    const [{ n }] = await dataSource.query<[{ n: number }]>(
      'SELECT count(*)::int AS n FROM images WHERE request_id = $1',
      [requestId],
    );
    await dataSource.destroy();
    expect(n).toBe(IMAGES);
  });

  it('a restore accepts a backup of an earlier schema and upgrades it', async () => {
    const { open: openOld } = await newDatabase();
    const known = migrations.map(({ name }) => name);
    const old = await openOld((name) => name !== known.at(-1));
    await old.runMigrations();
    await old.query(`INSERT INTO server_secrets (name, value) VALUES ('server', '\\x01')`);
    await backUp('old', await openDisk('old-data'), old);
    await old.destroy();

    const { open } = await newDatabase();
    await restore('old', await openDisk('new-data'), 'new-data', open);
    const dataSource = await open(() => true);
    const applied = await dataSource.query<{ name: string }[]>(
      'SELECT name FROM schema_migrations ORDER BY id',
    );
    const secrets = await dataSource.query<unknown[]>('SELECT * FROM server_secrets');
    await dataSource.destroy();
    expect(applied.map(({ name }) => name)).toEqual(known);
    expect(secrets).toHaveLength(1);
  });

  describe('and a bucket', () => {
    let bucket: TestBucket;
    beforeAll(async () => {
      bucket = await openTestBucket();
    }, SERVER_START_MS);
    afterAll(() => bucket?.close());

    it('a restore copies images of a disk to a bucket, and a backup copies those of the bucket', async () => {
      await backUp('disk');
      const env = Object.assign(new Env(), bucket.settings, bucket.credentials, {
        DATA_DIR: join(folder, 'bucket-data'),
      });
      const objects = new S3ArtifactStore(env);
      await objects.onModuleInit();
      const { open } = await newDatabase();
      expect(await restore('disk', objects, 'bucket-data', open)).toMatchObject({ files: IMAGES });
      const dataSource = await open(() => true);
      const { images } = await backUp('bucket', objects, dataSource);
      await dataSource.destroy();
      objects.onApplicationShutdown();
      expect(images).toMatchObject({ files: IMAGES, copied: IMAGES, lost: [] });
    });
  });
});
