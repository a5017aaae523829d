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
import { SHARE_BACKUP_LOCK, TAKE_BACKUP_LOCK } from '../../platform/database/backup-lock.js';
import { openForMigrations } from '../../platform/database/prepare-schema.js';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { S3ArtifactStore } from '../../platform/storage/s3/s3-artifact-store.js';
import { BackupFolder } from './backup-folder.js';
import { listBackedUpTables, EXCLUDED_TABLES } from './dump-tables.js';
import { HeldBackupLock } from './held-backup-lock.js';
import { withConnection } from './with-connection.js';

const SERVER_START_MS = 60_000;
const backups = BackupFixture.forThisFile();
const { processing } = backups;

describe('A backup', () => {
  const withClosedConnection = <T>(
    dataSource: DataSource,
    use: (connection: PoolClient) => Promise<T>,
  ): Promise<T> => withConnection(dataSource, use, true);

  it('A backup copies each image once, to a folder that only its owner can read', async () => {
    expect((await backups.backUp('twice')).images).toMatchObject({
      files: IMAGE_COUNT,
      copied: IMAGE_COUNT,
    });
    const { images, snapshot } = await backups.backUp('twice');
    expect(images).toMatchObject({ files: IMAGE_COUNT, copied: 0, lost: [] });
    const folder = new BackupFolder(backups.pathOf('twice'));
    expect(await folder.snapshots()).toHaveLength(2);
    expect((await stat(folder.path)).mode & 0o777).toBe(0o700);
    const secret = join(folder.snapshotPath(snapshot), 'server_secrets.copy.gz');
    expect((await stat(secret)).mode & 0o777).toBe(0o600);
  });

  it('A backup contains or excludes each table of a migrated schema', async () => {
    const { dataSource } = processing.rows;
    const tables = await dataSource.query<{ name: string }[]>(
      `SELECT relname::text AS name FROM pg_class
       WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
    );
    const known = [...listBackedUpTables(dataSource), ...EXCLUDED_TABLES];
    const history = ['migrations', 'schema_migrations'];
    expect(tables.map(({ name }) => name).toSorted()).toEqual([...known, ...history].toSorted());
  });

  it('A backup blocks garbage collection, and the log says so once', async () => {
    const { dataSource } = processing.rows;
    const artifacts = new ArtifactsRepository(dataSource);
    const key = '9'.repeat(64);
    await processing.rows.insertArtifact(key);
    await dataSource.query(`UPDATE artifacts SET sweep_after = now() WHERE key = $1`, [key]);
    await withClosedConnection(dataSource, async (connection) => {
      await connection.query('BEGIN');
      await connection.query(TAKE_BACKUP_LOCK);
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

  it('A backup holds its lock until its connection ends, and garbage collection with no work ignores the lock', async () => {
    const { dataSource } = processing.rows;
    await withClosedConnection(dataSource, async (connection) => {
      await connection.query('BEGIN');
      await connection.query(TAKE_BACKUP_LOCK);
      const { rows } = await connection.query<{ name: string; setting: string }>(
        `SELECT name, setting FROM pg_settings
         WHERE name IN ('idle_in_transaction_session_timeout', 'tcp_keepalives_idle') ORDER BY name`,
      );
      // A Unix socket has no keepalives and shows 0.
      expect(rows).toEqual([
        { name: 'idle_in_transaction_session_timeout', setting: '300000' },
        { name: 'tcp_keepalives_idle', setting: expect.stringMatching(/^(60|0)$/) },
      ]);
      const free = await dataSource.query<{ free: boolean | null }[]>(SHARE_BACKUP_LOCK);
      expect(free).toEqual([{ free: null }]);
    });
  });

  it('A backup fails when it loses the connection that holds its lock', async () => {
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
          description: 'the lost connection to be noticed',
        });
        expect(() => lock.assertHeld()).toThrow('backup lock was lost');
        await expect(lock.release()).rejects.toThrow('backup lock was lost');
      } finally {
        lock.stopPinging();
      }
    });
    await dataSource.destroy();
  });

  it('A backup lists the lost images of the storage, and copies again after an interruption', async () => {
    const { store } = backups;
    const name = `${artifactKeyOf(3)}.jpg`;
    await unlink(store.getPath(artifactKeyOf(3), 'jpeg'));
    expect((await backups.backUp('lost')).images).toMatchObject({
      files: IMAGE_COUNT - 1,
      lost: [name],
    });
    await backups.putArtifact(store, artifactKeyOf(3), 'changed');
    expect((await backups.backUp('lost')).images.lost).toEqual([name]);
    await backups.putArtifact(store, artifactKeyOf(3), contentOf(3));
    const folder = new BackupFolder(backups.pathOf('lost'));
    const interrupted = await folder.createSnapshot(new Date(0));
    expect((await backups.backUp('lost')).images).toMatchObject({ files: IMAGE_COUNT, copied: 1 });
    await expect(stat(folder.snapshotPath(interrupted))).rejects.toThrow('ENOENT');
  });

  it('A backup lists an unreadable image and copies the others', async () => {
    const path = backups.store.getPath(artifactKeyOf(5), 'jpeg');
    await unlink(path);
    // Reading a folder fails with EISDIR.
    await mkdir(path);
    try {
      const { images } = await backups.backUp('unreadable');
      expect(images).toMatchObject({ files: IMAGE_COUNT - 1, lost: [`${artifactKeyOf(5)}.jpg`] });
    } finally {
      await rmdir(path);
      await backups.putArtifact(backups.store, artifactKeyOf(5), contentOf(5));
    }
  });

  it('A backup fails when the storage folder is missing', async () => {
    const absent = await backups.openDisk('absent-data');
    await rm(join(backups.pathOf('absent-data'), 'artifacts'), { recursive: true });
    absent.read = () => Promise.reject(new Error('The disk is not mounted'));
    await expect(backups.backUp('absent', absent)).rejects.toThrow('The disk is not mounted');
  });

  it('A backup fails when it cannot write to the backup folder', async () => {
    const sha256 = createHash('sha256').update(contentOf(7)).digest('hex');
    const path = new BackupFolder(backups.pathOf('refusing')).filePath(sha256);
    await mkdir(dirname(dirname(path)), { recursive: true });
    await writeFile(dirname(path), 'not a folder');
    await expect(backups.backUp('refusing')).rejects.toThrow(/EEXIST|ENOTDIR/);
  });

  it('A backup replaces a file of the wrong size in the backup folder', async () => {
    await backups.backUp('truncated');
    const sha256 = createHash('sha256').update(contentOf(7)).digest('hex');
    const path = new BackupFolder(backups.pathOf('truncated')).filePath(sha256);
    await writeFile(path, '');
    expect((await backups.backUp('truncated')).images).toMatchObject({ copied: 1, lost: [] });
    expect(await readFile(path, 'utf8')).toBe(contentOf(7));
  });

  it('A backup refuses a folder with unrelated files, but accepts lost+found', async () => {
    await expect(backups.backUp('data')).rejects.toThrow(/has other content \(artifacts/);
    await mkdir(join(backups.pathOf('disk-root'), 'lost+found'), { recursive: true });
    expect((await backups.backUp('disk-root')).images.files).toBe(IMAGE_COUNT);
  });

  it('A backup refuses a folder with complete or incomplete backups of another database', async () => {
    const folder = new BackupFolder(backups.pathOf('shared'));
    await folder.prepareFolder('other/1');
    const running = await folder.createSnapshot(new Date(0));
    await expect(backups.backUp('shared')).rejects.toThrow(/of another database \(other\/1\)/);
    await stat(folder.snapshotPath(running));
  });

  it('A backup works for the restricted user from the PostgreSQL guide, next to tables of other software', async () => {
    const [owner, app] = [`owner_${process.pid}`, `app_${process.pid}`];
    const { url } = await backups.createDatabase();
    const as = (user: string) => {
      const copy = new URL(url);
      copy.username = user;
      copy.password = 'guide';
      return copy.href;
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
      const migrating = await openForMigrations({ ...settings, DATABASE_URL: as(owner) });
      await migrating.runMigrations();
      await migrating.destroy();
      const restricted = await openForMigrations({ ...settings, DATABASE_URL: as(app) });
      await restricted.query(
        `INSERT INTO operator_actions (operator, action, kind, name, reason) VALUES ('o', 'pause', 'origin', 'n', 'r')`,
      );
      const from = await backups.openDisk('restricted-data');
      const { manifest } = await backups.backUp('restricted', from, restricted);
      await query(url, `REVOKE USAGE ON ALL SEQUENCES IN SCHEMA pressroom FROM ${app}`);
      const withoutSequences = await backups.backUp('restricted', from, restricted);
      await restricted.destroy();
      expect(withoutSequences.manifest.sequences).toEqual(manifest.sequences);
      expect(manifest.tables.map(({ name }) => name)).not.toContain('spatial_ref_sys');
      expect(manifest.sequences).toContainEqual(expect.objectContaining({ last: '1' }));
    } finally {
      await query(
        url,
        `DROP OWNED BY ${app}; DROP OWNED BY ${owner} CASCADE; DROP ROLE ${owner}, ${app}`,
      );
    }
  });

  describe('and a bucket', () => {
    let bucket: TestBucket;
    beforeAll(async () => {
      bucket = await openSharedBucket();
    }, SERVER_START_MS);
    afterAll(() => bucket?.close());

    it('A restore copies images from disk to a bucket, and a backup copies images from the bucket', async () => {
      await backups.backUp('disk');
      const env = Object.assign(new Env(), bucket.settings, bucket.credentials, {
        DATA_DIR: backups.pathOf('bucket-data'),
      });
      const objects = new S3ArtifactStore(env);
      await objects.onModuleInit();
      const { open } = await backups.createDatabase();
      expect(await backups.restore('disk', objects, open)).toMatchObject({ files: IMAGE_COUNT });
      const dataSource = await open(() => true);
      const { images } = await backups.backUp('bucket', objects, dataSource);
      await dataSource.destroy();
      objects.onApplicationShutdown();
      expect(images).toMatchObject({ files: IMAGE_COUNT, copied: IMAGE_COUNT, lost: [] });
    });
  });
});
