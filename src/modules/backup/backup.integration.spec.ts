import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  BackupFixture,
  contentOf,
  IMAGE_COUNT,
  artifactKeyOf,
} from '../../../test/support/backup-fixture.js';
import { eventually } from '../../../test/support/eventually.js';
import { query } from '../../../test/support/embedded-servers-fixture.js';
import { openSharedBucket } from '../../../test/support/s3/shared-bucket.js';
import type { TestBucket } from '../../../test/support/s3/test-bucket.js';
import { Env } from '../../platform/config/env.js';
import {
  ACQUIRE_SHARED_BACKUP_LOCK,
  ACQUIRE_BACKUP_LOCK,
} from '../../platform/database/backup-lock.js';
import { openForMigrations } from '../../platform/database/prepare-schema.js';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { S3ArtifactStore } from '../../platform/storage/s3/s3-artifact-store.js';
import { BackupFolder } from './backup-folder.js';
import { listBackedUpTables, EXCLUDED_TABLES } from './dump-tables.js';
import { HeldBackupLock } from './held-backup-lock.js';
import { withConnection } from './with-connection.js';

const SERVER_START_TIMEOUT_MS = 60_000;
const backups = BackupFixture.forThisFile();
const { processing } = backups;

describe('createBackup()', () => {
  const withClosedConnection = <T>(
    dataSource: DataSource,
    operation: (connection: PoolClient) => Promise<T>,
  ): Promise<T> => withConnection(dataSource, operation, true);

  it('createBackup() copies each image once, to a folder that only its owner can read', async () => {
    expect((await backups.backUp('twice')).images).toMatchObject({
      fileCount: IMAGE_COUNT,
      copiedCount: IMAGE_COUNT,
    });
    const { images, snapshot } = await backups.backUp('twice');
    expect(images).toMatchObject({ fileCount: IMAGE_COUNT, copiedCount: 0, lostImages: [] });
    const folder = new BackupFolder(backups.pathOf('twice'));
    expect(await folder.listSnapshots()).toHaveLength(2);
    expect((await stat(folder.path)).mode & 0o777).toBe(0o700);
    const secret = join(folder.getSnapshotPath(snapshot), 'server_secrets.copy.gz');
    expect((await stat(secret)).mode & 0o777).toBe(0o600);
  });

  it('listBackedUpTables() and EXCLUDED_TABLES cover every table of a migrated schema', async () => {
    const { dataSource } = processing.rows;
    const tables = await dataSource.query<{ name: string }[]>(
      `SELECT relname::text AS name FROM pg_class
       WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
    );
    const coveredTables = [...listBackedUpTables(dataSource), ...EXCLUDED_TABLES];
    const historyTables = ['migrations', 'schema_migrations'];
    expect(tables.map(({ name }) => name).toSorted()).toEqual(
      [...coveredTables, ...historyTables].toSorted(),
    );
  });

  it('collectGarbage() removes nothing during a backup and logs this only once', async () => {
    const { dataSource } = processing.rows;
    const artifacts = new ArtifactsRepository(dataSource);
    const key = '9'.repeat(64);
    await processing.rows.insertArtifact(key);
    await dataSource.query(`UPDATE artifacts SET sweep_after = now() WHERE key = $1`, [key]);
    await withClosedConnection(dataSource, async (connection) => {
      await connection.query('BEGIN');
      await connection.query(ACQUIRE_BACKUP_LOCK);
      const log = vi.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);
      expect(await artifacts.collectGarbage(10, async () => undefined)).toBe(0);
      expect(await artifacts.collectGarbage(10, async () => undefined)).toBe(0);
      const messages = log.mock.calls.map(([message]) => String(message));
      log.mockRestore();
      expect(messages).toEqual([expect.stringContaining('A backup is running')]);
      await connection.query('COMMIT');
    });
    expect(await artifacts.collectGarbage(10, async () => undefined)).toBe(1);
  });

  it('ACQUIRE_BACKUP_LOCK sets timeouts for its connection and prevents a shared lock', async () => {
    const { dataSource } = processing.rows;
    await withClosedConnection(dataSource, async (connection) => {
      await connection.query('BEGIN');
      await connection.query(ACQUIRE_BACKUP_LOCK);
      const { rows } = await connection.query<{ name: string; setting: string }>(
        `SELECT name, setting FROM pg_settings
         WHERE name IN ('idle_in_transaction_session_timeout', 'tcp_keepalives_idle') ORDER BY name`,
      );
      // A Unix socket has no keepalives and shows 0.
      expect(rows).toEqual([
        { name: 'idle_in_transaction_session_timeout', setting: '300000' },
        { name: 'tcp_keepalives_idle', setting: expect.stringMatching(/^(60|0)$/) },
      ]);
      const lockRows = await dataSource.query<{ free: boolean | null }[]>(
        ACQUIRE_SHARED_BACKUP_LOCK,
      );
      expect(lockRows).toEqual([{ free: null }]);
    });
  });

  it('HeldBackupLock throws an error after it loses its connection', async () => {
    const { open } = await backups.createDatabase();
    const dataSource = await open(() => true);
    await withClosedConnection(dataSource, async (connection) => {
      const lock = await HeldBackupLock.acquire(connection, 20);
      try {
        expect(() => lock.assertHeld()).not.toThrow();
        const { rows } = await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await dataSource.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
        const isLost = () => {
          try {
            lock.assertHeld();
            return false;
          } catch {
            return true;
          }
        };
        await eventually(async () => isLost(), {
          description: 'the loss of the connection',
        });
        expect(() => lock.assertHeld()).toThrow('backup lock was lost');
        await expect(lock.release()).rejects.toThrow('backup lock was lost');
      } finally {
        lock.stopPinging();
      }
    });
    await dataSource.destroy();
  });

  it('createBackup() lists images that are missing from storage, and removes the snapshot of an interrupted backup', async () => {
    const { store } = backups;
    const name = `${artifactKeyOf(3)}.jpg`;
    await unlink(store.getPath(artifactKeyOf(3), 'jpeg'));
    expect((await backups.backUp('lost')).images).toMatchObject({
      fileCount: IMAGE_COUNT - 1,
      lostImages: [name],
    });
    await backups.putArtifact(store, artifactKeyOf(3), 'changed');
    expect((await backups.backUp('lost')).images.lostImages).toEqual([name]);
    await backups.putArtifact(store, artifactKeyOf(3), contentOf(3));
    const folder = new BackupFolder(backups.pathOf('lost'));
    const interruptedSnapshot = await folder.createSnapshot(new Date(0));
    expect((await backups.backUp('lost')).images).toMatchObject({
      fileCount: IMAGE_COUNT,
      copiedCount: 1,
    });
    await expect(stat(folder.getSnapshotPath(interruptedSnapshot))).rejects.toThrow('ENOENT');
  });

  it('createBackup() lists an unreadable image and copies all other images', async () => {
    const path = backups.store.getPath(artifactKeyOf(5), 'jpeg');
    await unlink(path);
    // Reading a folder fails with EISDIR.
    await mkdir(path);
    try {
      const { images } = await backups.backUp('unreadable');
      expect(images).toMatchObject({
        fileCount: IMAGE_COUNT - 1,
        lostImages: [`${artifactKeyOf(5)}.jpg`],
      });
    } finally {
      await rmdir(path);
      await backups.putArtifact(backups.store, artifactKeyOf(5), contentOf(5));
    }
  });

  it('createBackup() fails if the storage folder is missing', async () => {
    const missingStore = await backups.openDisk('absent-data');
    await rm(join(backups.pathOf('absent-data'), 'artifacts'), { recursive: true });
    missingStore.read = () => Promise.reject(new Error('The disk is not mounted'));
    await expect(backups.backUp('absent', missingStore)).rejects.toThrow('The disk is not mounted');
  });

  it('createBackup() fails if it cannot write to the backup folder', async () => {
    const sha256 = createHash('sha256').update(contentOf(7)).digest('hex');
    const path = new BackupFolder(backups.pathOf('unwritable')).getFilePath(sha256);
    await mkdir(dirname(dirname(path)), { recursive: true });
    await writeFile(dirname(path), 'not a folder');
    await expect(backups.backUp('unwritable')).rejects.toThrow(/EEXIST|ENOTDIR/);
  });

  it('createBackup() replaces a file of the wrong size in the backup folder', async () => {
    await backups.backUp('truncated');
    const sha256 = createHash('sha256').update(contentOf(7)).digest('hex');
    const path = new BackupFolder(backups.pathOf('truncated')).getFilePath(sha256);
    await writeFile(path, '');
    expect((await backups.backUp('truncated')).images).toMatchObject({
      copiedCount: 1,
      lostImages: [],
    });
    expect(await readFile(path, 'utf8')).toBe(contentOf(7));
  });

  it('createBackup() rejects a folder with unrelated files, but accepts lost+found', async () => {
    await expect(backups.backUp('data')).rejects.toThrow(/has other content \(artifacts/);
    await mkdir(join(backups.pathOf('disk-root'), 'lost+found'), { recursive: true });
    expect((await backups.backUp('disk-root')).images.fileCount).toBe(IMAGE_COUNT);
  });

  it('createBackup() rejects a folder with backups of another database', async () => {
    const folder = new BackupFolder(backups.pathOf('shared'));
    await folder.prepareFolder('other/1');
    const incompleteSnapshot = await folder.createSnapshot(new Date(0));
    await expect(backups.backUp('shared')).rejects.toThrow(/of another database \(other\/1\)/);
    await stat(folder.getSnapshotPath(incompleteSnapshot));
  });

  it('createBackup() works for the restricted user from the PostgreSQL guide and ignores tables from other software', async () => {
    const [owner, app] = [`owner_${process.pid}`, `app_${process.pid}`];
    const { url } = await backups.createDatabase();
    const urlForUser = (user: string) => {
      const userUrl = new URL(url);
      userUrl.username = user;
      userUrl.password = 'guide';
      return userUrl.href;
    };
    await query(
      url,
      `CREATE ROLE ${owner} LOGIN PASSWORD 'guide';
       CREATE SCHEMA pressroom AUTHORIZATION ${owner};
       ALTER ROLE ${owner} SET search_path = pressroom;
       CREATE ROLE ${app} LOGIN PASSWORD 'guide';
       GRANT USAGE ON SCHEMA pressroom TO ${app};
       ALTER ROLE ${app} SET search_path = pressroom;
       ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA pressroom
         GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${app};
       ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA pressroom
         GRANT USAGE ON SEQUENCES TO ${app};
       CREATE TABLE pressroom.spatial_ref_sys (srid int); INSERT INTO pressroom.spatial_ref_sys VALUES (1)`,
    );
    const settings = { DATABASE_SCHEMA: '', MIGRATE: 'auto' } as const;
    try {
      const ownerDataSource = await openForMigrations({
        ...settings,
        DATABASE_URL: urlForUser(owner),
      });
      await ownerDataSource.runMigrations();
      await ownerDataSource.destroy();
      const appDataSource = await openForMigrations({ ...settings, DATABASE_URL: urlForUser(app) });
      await appDataSource.query(
        `INSERT INTO operator_actions (operator, action, kind, name, reason) VALUES ('o', 'pause', 'origin', 'n', 'r')`,
      );
      const store = await backups.openDisk('restricted-data');
      const { manifest } = await backups.backUp('restricted', store, appDataSource);
      await query(url, `REVOKE USAGE ON ALL SEQUENCES IN SCHEMA pressroom FROM ${app}`);
      const backupWithoutSequences = await backups.backUp('restricted', store, appDataSource);
      await appDataSource.destroy();
      expect(backupWithoutSequences.manifest.sequences).toEqual(manifest.sequences);
      expect(manifest.tables.map(({ name }) => name)).not.toContain('spatial_ref_sys');
      expect(manifest.sequences).toContainEqual(expect.objectContaining({ last: '1' }));
    } finally {
      await query(
        url,
        `DROP OWNED BY ${app}; DROP OWNED BY ${owner} CASCADE; DROP ROLE ${owner}, ${app}`,
      );
    }
  });

  describe('with a bucket', () => {
    let bucket: TestBucket;
    beforeAll(async () => {
      bucket = await openSharedBucket();
    }, SERVER_START_TIMEOUT_MS);
    afterAll(() => bucket?.close());

    it('restoreBackup() restores images to a bucket, and createBackup() copies images from a bucket', async () => {
      await backups.backUp('disk');
      const env = Object.assign(new Env(), bucket.settings, bucket.credentials, {
        DATA_DIR: backups.pathOf('bucket-data'),
      });
      const bucketStore = new S3ArtifactStore(env);
      await bucketStore.onModuleInit();
      const { open } = await backups.createDatabase();
      expect(await backups.restore('disk', bucketStore, open)).toMatchObject({
        fileCount: IMAGE_COUNT,
      });
      const dataSource = await open(() => true);
      const { images } = await backups.backUp('bucket', bucketStore, dataSource);
      await dataSource.destroy();
      bucketStore.onApplicationShutdown();
      expect(images).toMatchObject({
        fileCount: IMAGE_COUNT,
        copiedCount: IMAGE_COUNT,
        lostImages: [],
      });
    });
  });
});
